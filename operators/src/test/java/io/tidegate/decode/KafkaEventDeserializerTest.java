package io.tidegate.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.Decoded;
import io.tidegate.event.DecoderSpec;
import io.tidegate.event.Event;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class KafkaEventDeserializerTest {
  private static final long WALL = 2_000_000_000_000L;
  private static final byte[] KEY = {9, 8};

  private static final StreamDefinition OTHER = stream(0, "other");
  private static final StreamDefinition READ = stream(1, "read");

  private static StreamDefinition stream(int index, String name) {
    return StreamDefinition.builder(
            index,
            EventType.of(
                name,
                List.of(name + "-a", name + "-b"),
                List.of(
                    new Field("ts", FieldType.TIMESTAMP, false),
                    new Field("id", FieldType.STRING, false))))
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .key(List.of("id"))
        .maxFutureMs(1000)
        .build();
  }

  private final KafkaEventDeserializer deserializer = open();

  private static KafkaEventDeserializer open() {
    KafkaEventDeserializer deserializer =
        new KafkaEventDeserializer(
            new StreamDefinition[] {OTHER, READ},
            1,
            Clock.fixed(Instant.ofEpochMilli(WALL), ZoneOffset.UTC));
    try {
      // As Flink ships it to the workers.
      deserializer = InstantiationUtil.clone(deserializer);
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    deserializer.open(null);
    return deserializer;
  }

  private Decoded read(String topic, TimestampType kind, long recordTime, byte[] value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", new byte[] {1});
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            topic, 3, 42L, recordTime, kind, 2, 2, KEY, value, headers, Optional.empty());
    List<Decoded> out = new ArrayList<>();
    try {
      deserializer.deserialize(record, new ListCollector(out));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(out).as("a record becomes one thing").hasSize(1);
    return out.get(0);
  }

  private record ListCollector(List<Decoded> out)
      implements org.apache.flink.util.Collector<Decoded> {
    @Override
    public void collect(Decoded decoded) {
      out.add(decoded);
    }

    @Override
    public void close() {}
  }

  private static byte[] json(long ts) {
    return ("{\"id\":\"r\",\"ts\":" + ts + "}").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anEventKnowsItsPosition() {
    Event event = (Event) read("read-b", TimestampType.CREATE_TIME, 5, json(17));

    assertThat(event.stream).isEqualTo(1);
    assertThat(event.topicName()).isEqualTo("read-b");
    assertThat(event.partition).isEqualTo(3);
    assertThat(event.offset).isEqualTo(42);
    assertThat(event.timestamp).isEqualTo(17);
  }

  @Test
  void aDeadLetterKeepsTheRecordAsItWas() {
    byte[] value = "{broken".getBytes(StandardCharsets.UTF_8);

    DeadLetter letter = (DeadLetter) read("read-a", TimestampType.CREATE_TIME, 5, value);

    assertThat(letter.reason()).isEqualTo(DeadLetterReason.MALFORMED);
    assertThat(letter.stream()).isEqualTo(1);
    assertThat(letter.streamName()).isEqualTo("read");
    assertThat(letter.position()).isEqualTo("read-a[3]@42");
    assertThat(letter.recordTimestamp()).isEqualTo(5);
    assertThat(letter.key()).isEqualTo(KEY);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(letter.headers()).hasSize(1);
    assertThat(letter.headers().get(0).name()).isEqualTo("trace");
  }

  @Test
  void recordsWithoutValueOrBytesAreDeadLetters() {
    DeadLetter none = (DeadLetter) read("read-a", TimestampType.CREATE_TIME, 5, null);
    DeadLetter empty = (DeadLetter) read("read-a", TimestampType.CREATE_TIME, 5, new byte[0]);

    assertThat(none.reason()).isEqualTo(DeadLetterReason.NULL_VALUE);
    assertThat(none.value()).isNull();
    assertThat(empty.reason()).isEqualTo(DeadLetterReason.EMPTY_VALUE);
    assertThat(empty.value()).isEmpty();
  }

  @Test
  void theFutureBeginsAtTheBrokersAppendTimeWhereItIsKnown() {
    assertThat(read("read-a", TimestampType.LOG_APPEND_TIME, 5000, json(6000)))
        .isInstanceOf(Event.class);
    DeadLetter ahead = (DeadLetter) read("read-a", TimestampType.LOG_APPEND_TIME, 5000, json(6001));
    assertThat(ahead.reason()).isEqualTo(DeadLetterReason.TIMESTAMP_IN_FUTURE);
  }

  @Test
  void theFutureBeginsAtTheWallClockOtherwise() {
    assertThat(read("read-a", TimestampType.CREATE_TIME, 5000, json(WALL + 1000)))
        .isInstanceOf(Event.class);
    DeadLetter ahead =
        (DeadLetter) read("read-a", TimestampType.CREATE_TIME, WALL * 2, json(WALL + 1001));
    assertThat(ahead.reason()).isEqualTo(DeadLetterReason.TIMESTAMP_IN_FUTURE);
  }

  @Test
  void aRegistryOutOfReachNamesTheRecord() {
    StreamDefinition registry =
        StreamDefinition.builder(0, READ.type())
            .eventTime("ts", EventTimeUnit.MILLISECONDS)
            .decoder(DecoderSpec.confluentAvro("http://localhost:1"))
            .build();
    KafkaEventDeserializer failing =
        new KafkaEventDeserializer(new StreamDefinition[] {registry}, 0);
    failing.open(null);

    assertThatThrownBy(
            () ->
                failing.deserialize(
                    new ConsumerRecord<>("read-a", 0, 7L, KEY, new byte[] {0, 0, 0, 0, 1, 2}),
                    new ListCollector(new ArrayList<>())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("stream 'read' [read-a, read-b] at read-a[0]@7: the schema registry");
  }
}
