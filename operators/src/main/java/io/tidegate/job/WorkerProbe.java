package io.tidegate.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Looks at a TaskManager from one of its slots: are the classes there that the job loads, does a
 * broker listen, can the warehouse be written. Emits {@code {"worker": HOST, "missing": [LINE,
 * ...]}}.
 */
public final class WorkerProbe extends RichMapFunction<String, String> {
  private static final long serialVersionUID = 1L;
  private static final int CONNECT_LIMIT_MS = 3_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> classes;
  private final String bootstrap;
  private final String warehouse;

  private WorkerProbe(List<String> classes, String bootstrap, String warehouse) {
    this.classes = List.copyOf(classes);
    this.bootstrap = bootstrap;
    this.warehouse = warehouse;
  }

  /**
   * A stream with the findings of one probe in every slot that a job of this parallelism takes.
   *
   * @param env its parallelism is that of the job
   * @param classes names of classes that the job loads
   * @param bootstrap the brokers, {@code host:port,...}
   * @param warehouse where tables are written; null for nowhere
   */
  public static DataStream<String> attach(
      StreamExecutionEnvironment env, List<String> classes, String bootstrap, String warehouse) {
    return env.fromData(Types.STRING, "probe")
        .setParallelism(1)
        .uid("probe-source")
        .name("probe-source")
        // To every subtask once, whichever is faster.
        .broadcast()
        .map(new WorkerProbe(new ArrayList<>(classes), bootstrap, warehouse))
        .returns(Types.STRING)
        .uid("java-probe")
        .name("java-probe");
  }

  @Override
  public String map(String ignored) throws JsonProcessingException {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("worker", host());
    ArrayNode missing = answer.putArray("missing");
    missingClasses(classes, getRuntimeContext().getUserCodeClassLoader())
        .forEach(name -> missing.add("class " + name + " is not on the TaskManager's class path"));
    String unreachable = unreachable(bootstrap);
    if (unreachable != null) {
      missing.add(unreachable);
    }
    String unwritable = unwritable(warehouse);
    if (unwritable != null) {
      missing.add(unwritable);
    }
    return JSON.writeValueAsString(answer);
  }

  /** The classes of a list that a loader does not find. */
  public static List<String> missingClasses(List<String> names, ClassLoader loader) {
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      try {
        Class.forName(name, false, loader);
      } catch (ClassNotFoundException | LinkageError e) {
        missing.add(name);
      }
    }
    return missing;
  }

  /** The same with the loader of this class: what the client sees. */
  public static List<String> missingClasses(List<String> names) {
    return missingClasses(names, WorkerProbe.class.getClassLoader());
  }

  /** Why none of the brokers can be reached from here, or null when one can. */
  static String unreachable(String bootstrap) {
    String reason = "no address";
    for (String address : bootstrap.split(",")) {
      int colon = address.lastIndexOf(':');
      try (Socket socket = new Socket()) {
        String host = address.substring(0, colon).trim().replaceAll("^\\[|]$", "");
        int port = Integer.parseInt(address.substring(colon + 1).trim());
        socket.connect(new InetSocketAddress(host, port), CONNECT_LIMIT_MS);
        return null;
      } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
        reason = e.getMessage();
      }
    }
    return "broker " + bootstrap + " cannot be reached: " + reason;
  }

  /** Why a warehouse on a file system cannot be written here, or null; others are not looked at. */
  static String unwritable(String warehouse) {
    if (warehouse == null || !warehouse.startsWith("file:")) {
      return null;
    }
    Path folder = Path.of(warehouse.replaceFirst("^file:/+", "/"));
    Path existing = folder;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return existing != null && Files.isDirectory(existing) && Files.isWritable(existing)
        ? null
        : "warehouse "
            + folder
            + " cannot be written: "
            + existing
            + (existing != null && Files.isDirectory(existing) ? " is read-only" : " is no folder");
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a host without a name";
    }
  }
}
