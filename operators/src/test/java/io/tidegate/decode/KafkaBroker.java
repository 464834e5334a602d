package io.tidegate.decode;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A real broker in a process of its own, from the jars that the local stack uses. */
public final class KafkaBroker implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final String CLUSTER_ID = "dGlkZWdhdGUtdGVzdC0wMQ";

  private final Process process;
  private final String bootstrap;
  private final KafkaProducer<byte[], byte[]> producer;

  private KafkaBroker(Process process, String bootstrap) {
    this.process = process;
    this.bootstrap = bootstrap;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "linger.ms", "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Starts a broker; skips the test where its jars have not been fetched. */
  public static KafkaBroker start(Path folder) throws Exception {
    return start(folder, Map.of());
  }

  /** The same with further settings of the broker. */
  public static KafkaBroker start(Path folder, Map<String, String> settings) throws Exception {
    Path jars = Path.of(System.getProperty("tidegate.root"), "build", "jars");
    assumeTrue(Files.isDirectory(jars), "no broker jars in build/jars: run make setup");
    String classPath = classPath(jars);
    assumeTrue(classPath.contains("kafka_2.13"), "no broker in build/jars: run make setup");
    int port = freePort();
    Path properties = folder.resolve("server.properties");
    write(properties, folder, port, freePort(), settings);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = List.of(java, "-Xmx512m", "-cp", classPath);
    run(
        folder,
        command,
        "kafka.tools.StorageTool",
        "format",
        "-t",
        CLUSTER_ID,
        "-c",
        properties.toString());
    Process process = process(folder, command, "kafka.Kafka", properties.toString());
    String bootstrap = "localhost:" + port;
    Instant limit = Instant.now().plus(START_LIMIT);
    while (!answers(bootstrap)) {
      if (!process.isAlive() || Instant.now().isAfter(limit)) {
        process.destroy();
        throw new IOException("the broker did not start; see " + folder.resolve("kafka.out"));
      }
    }
    return new KafkaBroker(process, bootstrap);
  }

  private static String classPath(Path jars) throws IOException {
    try (Stream<Path> files = Files.list(jars)) {
      List<Path> all = files.sorted().toList();
      String broker =
          all.stream()
              .map(jar -> jar.getFileName().toString())
              .filter(name -> name.startsWith("kafka_2.13-"))
              .map(name -> name.substring("kafka_2.13-".length()))
              .findAny()
              .orElse("none");
      return all.stream()
          .filter(jar -> !jar.getFileName().toString().matches("(flink|iceberg|hadoop)-.*"))
          // The connector's client lies there too.
          .filter(
              jar ->
                  !jar.getFileName().toString().startsWith("kafka-clients-")
                      || jar.getFileName().toString().equals("kafka-clients-" + broker))
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static void write(
      Path file, Path folder, int port, int controller, Map<String, String> settings)
      throws IOException {
    Properties server = new Properties();
    server.put("process.roles", "broker,controller");
    server.put("node.id", "1");
    server.put("controller.quorum.voters", "1@localhost:" + controller);
    server.put(
        "listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controller);
    server.put("controller.listener.names", "CONTROLLER");
    server.put("log.dirs", folder.resolve("logs").toString());
    server.put("offsets.topic.replication.factor", "1");
    server.put("offsets.topic.num.partitions", "1");
    server.put("auto.create.topics.enable", "false");
    server.putAll(settings);
    try (var out = Files.newOutputStream(file)) {
      server.store(out, null);
    }
  }

  private static void run(Path folder, List<String> command, String... arguments) throws Exception {
    Process process = process(folder, command, arguments);
    if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("the broker's folder cannot be formatted: see " + folder);
    }
  }

  private static Process process(Path folder, List<String> command, String... arguments)
      throws IOException {
    List<String> all = Stream.concat(command.stream(), Stream.of(arguments)).toList();
    return new ProcessBuilder(all)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("kafka.out").toFile()))
        .start();
  }

  private static boolean answers(String bootstrap) throws InterruptedException {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "default.api.timeout.ms",
                "2000",
                "request.timeout.ms",
                "1000"))) {
      return !admin.describeCluster().nodes().get().isEmpty();
    } catch (ExecutionException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  public String bootstrap() {
    return bootstrap;
  }

  public void create(String topic, int partitions, Map<String, String> settings) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
          .all()
          .get();
    }
  }

  /** Sends a value and waits until the broker has it. */
  void send(String topic, int partition, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
  }

  @Override
  public void close() throws IOException {
    producer.close();
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the broker was stopping", e);
    }
  }
}
