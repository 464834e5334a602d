package io.tidegate.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.DecoderSpec;
import io.tidegate.event.Event;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.LateEvent;
import io.tidegate.event.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Sources on a real broker, in a Flink cluster within the test's process. */
class SourcesTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(3)
              .build());

  private static final Queue<Event> EVENTS = new ConcurrentLinkedQueue<>();
  private static final Queue<DeadLetter> DEAD = new ConcurrentLinkedQueue<>();
  private static final Queue<LateEvent> LATE = new ConcurrentLinkedQueue<>();

  @TempDir static Path folder;
  private static KafkaBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = KafkaBroker.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void clear() {
    EVENTS.clear();
    DEAD.clear();
    LATE.clear();
  }

  private static StreamDefinition.Builder stream(String... topics) {
    return StreamDefinition.builder(
            0,
            EventType.of(
                "readings",
                List.of(topics),
                List.of(
                    new Field("ts", FieldType.TIMESTAMP, false),
                    new Field("id", FieldType.STRING, false))))
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .key(List.of("id"))
        .outOfOrdernessMs(100)
        .maxFutureMs(60_000);
  }

  private static byte[] json(String id, long ts) {
    return ("{\"id\":\"" + id + "\",\"ts\":" + ts + "}").getBytes(StandardCharsets.UTF_8);
  }

  private static JobClient run(StreamDefinition stream, int parallelism, String savepoint)
      throws Exception {
    Configuration configuration = new Configuration();
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    StreamDefinition[] streams = {stream};
    SingleOutputStreamOperator<Event> events =
        Sources.events(
            env, streams, 0, new Sources.Brokers(broker.bootstrap(), "sources-test", Map.of()));
    keep(events, EVENTS, "events");
    keep(events.getSideOutput(LateGate.deadLetters()), DEAD, "dead");
    keep(events.getSideOutput(LateGate.lateEvents(streams)), LATE, "late");
    return env.executeAsync();
  }

  private static <T> void keep(DataStream<T> stream, Queue<T> queue, String uid) {
    Queues.ALL.put(uid, queue);
    stream
        .map(value -> Queues.put(uid, value))
        .returns(stream.getType())
        .uid(uid)
        .sinkTo(new DiscardingSink<>())
        .uid(uid + "-end");
  }

  /** What the jobs of this process have put out, by name: queues do not travel with functions. */
  private static final class Queues {
    static final Map<String, Queue<?>> ALL = new ConcurrentHashMap<>();

    @SuppressWarnings("unchecked")
    static <T> T put(String name, T value) {
      ((Queue<T>) ALL.get(name)).add(value);
      return value;
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant limit = Instant.now().plus(LIMIT);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now())
          .as("events %s dead %s late %s", EVENTS.size(), DEAD.size(), LATE.size())
          .isBefore(limit);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void everyRecordOfABoundedStreamEndsInOnePlace() throws Exception {
    broker.create("bounded-a", 3, Map.of("message.timestamp.type", "LogAppendTime"));
    broker.create("bounded-b", 1, Map.of());
    for (int i = 0; i < 300; i++) {
      broker.send("bounded-a", i % 3, json("r" + i, 1000 + i));
    }
    broker.send("bounded-a", 0, json("late", 1));
    broker.send("bounded-a", 1, json("", 5));
    broker.send("bounded-b", 0, null);
    broker.send("bounded-b", 0, json("far", System.currentTimeMillis() + 3_600_000));
    broker.send("bounded-b", 0, json("b", 1));

    run(stream("bounded-b", "bounded-a").bounded(true).build(), 2, null)
        .getJobExecutionResult()
        .get(LIMIT.toSeconds(), TimeUnit.SECONDS);

    assertThat(EVENTS).hasSize(301);
    assertThat(LATE).hasSize(1);
    assertThat(LATE.peek().event().topicName()).isEqualTo("bounded-a");
    assertThat(DEAD.stream().map(d -> d.topic() + " " + d.reason()))
        .containsExactlyInAnyOrder(
            "bounded-a " + DeadLetterReason.EMPTY_KEY,
            "bounded-b " + DeadLetterReason.NULL_VALUE,
            "bounded-b " + DeadLetterReason.TIMESTAMP_IN_FUTURE);
  }

  @Test
  void anEventThatIsLateAcrossASavepointIsLateAtAnotherParallelism() throws Exception {
    broker.create("stopped", 3, Map.of());
    for (int partition = 0; partition < 3; partition++) {
      broker.send("stopped", partition, json("first", 10_000 * (partition + 1)));
    }
    StreamDefinition stream = stream("stopped").build();
    JobClient job = run(stream, 1, null);
    await(() -> EVENTS.size() == 3);
    String savepoint =
        job.stopWithSavepoint(
                false,
                folder.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL)
            .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    for (int partition = 0; partition < 3; partition++) {
      broker.send("stopped", partition, json("late", 10_000 * (partition + 1) - 101));
      broker.send("stopped", partition, json("in time", 10_000 * (partition + 1) - 100));
    }

    JobClient resumed = run(stream, 3, savepoint);
    await(() -> EVENTS.size() + LATE.size() >= 9);
    resumed.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);

    assertThat(EVENTS.stream().map(e -> e.value(1)))
        .containsExactlyInAnyOrder("first", "first", "first", "in time", "in time", "in time");
    assertThat(LATE.stream().map(l -> l.event().value(1)))
        .containsExactlyInAnyOrder("late", "late", "late");
    assertThat(LATE).allMatch(late -> late.latenessMs() == 1);
  }

  @Test
  void aDecoderThatCannotWorkIsRefusedWhenTheJobIsBuilt() {
    StreamDefinition stream =
        stream("any").decoder(DecoderSpec.avro("{\"type\":\"string\"}")).build();

    assertThatThrownBy(() -> run(stream, 1, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stream 'readings' [any]: the schema is STRING, not a record");
  }
}
