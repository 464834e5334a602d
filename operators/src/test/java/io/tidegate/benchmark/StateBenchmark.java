package io.tidegate.benchmark;

import io.tidegate.event.Event;
import io.tidegate.event.EventCodec;
import io.tidegate.event.EventType;
import io.tidegate.event.EventTypes;
import io.tidegate.operator.PatternOperator;
import io.tidegate.operator.RoutedEvent;
import io.tidegate.operator.RoutedKey;
import io.tidegate.operator.RoutedTypes;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleHistory;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/**
 * What state costs, in the pattern operator alone, without a job around it.
 *
 * <p>{@code open PLAN heap|rocksdb EVENTS RUNS COUNT...} opens so many partial matches of one key
 * and prints for each count and run {@code COUNT skipped opening}: CPU time of an event that does
 * nothing, and of one that opens another, ns; the watermark passes after every event, so that each
 * is read and written alone. {@code history PLAN heap|rocksdb EVENTS RUNS COUNT...} does the same
 * with so many events of one key looked back at, for plans that differ in that number alone and lie
 * in {@code PLAN.COUNT}; it prints {@code COUNT event}. {@code keys PLAN KEYS EVENTS ROUNDS} lets
 * events come to many keys and every window close, on the heap, and prints a line for each round:
 * {@code open bytes-of-state memory-open memory-closed}, memory being what a full collection
 * leaves, in bytes.
 */
public final class StateBenchmark {
  private static final long START_MS = 1_700_000_000_000L;
  private static final int OPENS = 1;
  private static final int NOTHING = 9;

  private final PlanDefinition plan;
  private final EventType type;
  private final EventCodec codec;
  private final KeyedTwoInputStreamOperatorTestHarness<
          RoutedKey, RoutedEvent, RuleChange, MatchRecord>
      operator;
  private long time = START_MS;

  private StateBenchmark(String planText, StateBackend backend) throws Exception {
    plan = PlanDefinition.parse(planText);
    type = plan.streams()[0].type();
    codec = new EventCodec(EventTypes.of(plan.streams()));
    operator =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new PatternOperator(planText, RuleHistory.NONE, false),
            RoutedEvent::key,
            null,
            RoutedTypes.KEYS);
    operator.setStateBackend(backend);
    operator.setup();
    operator.open();
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("history")) {
      histories(args);
      return;
    }
    String plan = Files.readString(Path.of(args[1]));
    if (args[0].equals("keys")) {
      manyKeys(
          new StateBenchmark(plan, new HashMapStateBackend()),
          Integer.parseInt(args[2]),
          Long.parseLong(args[3]),
          Integer.parseInt(args[4]));
      return;
    }
    int events = Integer.parseInt(args[3]);
    for (int run = 0; run < Integer.parseInt(args[4]); run++) {
      for (int i = 5; i < args.length; i++) {
        StateBenchmark one = new StateBenchmark(plan, backend(args[2]));
        one.open(Integer.parseInt(args[i]));
        // The first rounds warm up.
        long skipped = 0;
        long opening = 0;
        for (int round = 0; round < 3; round++) {
          skipped = one.cost(NOTHING, events);
          opening = one.cost(OPENS, events / 10);
        }
        System.out.printf("%s %d %d%n", args[i], skipped, opening);
        one.operator.close();
      }
    }
  }

  private static void histories(String[] args) throws Exception {
    int events = Integer.parseInt(args[3]);
    for (int run = 0; run < Integer.parseInt(args[4]); run++) {
      for (int i = 5; i < args.length; i++) {
        String plan = Files.readString(Path.of(args[1] + "." + args[i]));
        StateBenchmark one = new StateBenchmark(plan, backend(args[2]));
        for (int sent = 0; sent < Integer.parseInt(args[i]); sent++) {
          one.send("key", NOTHING);
          if (sent % 100 == 0) {
            one.pass();
          }
        }
        one.pass();
        one.cost(NOTHING, events);
        System.out.printf("%s %d%n", args[i], one.cost(NOTHING, events));
        one.operator.close();
      }
    }
  }

  private static StateBackend backend(String name) {
    return name.equals("rocksdb") ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
  }

  private void open(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      send("key", OPENS);
      if (i % 20 == 0) {
        pass();
      }
    }
    pass();
  }

  /** CPU time of an event, ns. */
  private long cost(int kind, int events) throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < events; i++) {
      send("key", kind);
      pass();
    }
    return (threads.getCurrentThreadCpuTime() - before) / events;
  }

  private void pass() throws Exception {
    operator.processWatermark1(new Watermark(time));
    operator.processWatermark2(new Watermark(time));
    operator.getOutput().clear();
  }

  private void send(String key, int kind) throws Exception {
    time++;
    long[] numbers = new long[type.numberCount()];
    numbers[type.slot(type.indexOf("type"))] = kind;
    numbers[type.slot(type.indexOf("ts"))] = time;
    String[] strings = {key};
    Event event = new Event(type, 0, time, 0, 0, time - START_MS, numbers, strings, null);
    operator.processElement1(
        new StreamRecord<>(new RoutedEvent(new RoutedKey(0, key), true, codec.bytes(event)), time));
  }

  private static void manyKeys(StateBenchmark one, int keys, long events, int rounds)
      throws Exception {
    Path folder = Files.createTempDirectory("state");
    one.operator.setCheckpointStorage(new FileSystemCheckpointStorage(folder.toUri()));
    for (int round = 0; round < rounds; round++) {
      long open = 0;
      for (long i = 0; i < events; i++) {
        // Every key in turn; one of ten events opens something.
        boolean opens = i / keys % 10 == 0;
        one.send("key-" + i % keys, opens ? OPENS : NOTHING);
        open += opens ? 1 : 0;
        if (i % 10_000 == 0) {
          one.pass();
        }
      }
      one.pass();
      long openMemory = memory();
      var snapshot = one.operator.snapshot(round, round);
      long bytes = snapshot.getManagedKeyedState().stream().mapToLong(s -> s.getStateSize()).sum();
      snapshot.discardState();
      one.time += one.plan.rules().get(0).automaton().definition().withinMillis();
      one.pass();
      System.out.printf("%d %d %d %d%n", open, bytes, openMemory, memory());
    }
    one.operator.close();
  }

  private static long memory() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
