package io.tidegate.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.LateEvent;
import io.tidegate.event.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class SideTopicsTest {
  @Test
  void aDeadLetterKeepsItsBytesAndHeadersAndSaysWhereItCameFrom() {
    byte[] value = {1, 2, (byte) 0xff};
    DeadLetter letter =
        new DeadLetter(
            0,
            "joints",
            DeadLetterReason.MALFORMED,
            "cut off",
            "cobot-joints",
            2,
            41,
            1_700L,
            null,
            value,
            List.of(
                new DeadLetter.Header("trace", new byte[] {9}),
                new DeadLetter.Header("none", null)));

    ProducerRecord<byte[], byte[]> record =
        new DeadLetterKafkaSerializer("dead").serialize(letter, null, null);

    assertThat(record.topic()).isEqualTo("dead");
    assertThat(record.key()).isNull();
    assertThat(record.value()).isEqualTo(value);
    assertThat(record.headers().lastHeader("trace").value()).containsExactly(9);
    assertThat(record.headers().lastHeader("none").value()).isNull();
    assertThat(texts(record, "tidegate_"))
        .containsExactly(
            "tidegate_reason=malformed",
            "tidegate_detail=cut off",
            "tidegate_stream=joints",
            "tidegate_topic=cobot-joints",
            "tidegate_partition=2",
            "tidegate_offset=41",
            "tidegate_timestamp=1700");
  }

  @Test
  void aTombstoneStaysATombstone() {
    DeadLetter letter =
        new DeadLetter(
            0,
            "s",
            DeadLetterReason.NULL_VALUE,
            "no value",
            "t",
            0,
            0,
            -1,
            new byte[] {7},
            null,
            List.of());

    ProducerRecord<byte[], byte[]> record =
        new DeadLetterKafkaSerializer("dead").serialize(letter, null, null);

    assertThat(record.value()).isNull();
    assertThat(record.key()).containsExactly(7);
  }

  @Test
  void aLateEventIsJsonUnderItsKeyWithItsLateness() {
    EventKeys keys = new EventKeys(new StreamDefinition[] {Streams.JOINTS});
    LateEvent late = new LateEvent(Streams.event(5), 1_700_000_009_000L, 995);

    ProducerRecord<byte[], byte[]> record =
        new LateEventKafkaSerializer("late", keys).serialize(late, null, null);

    assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("ur\\|3|7");
    assertThat(new String(record.value(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"robot_id\":\"ur|3\",\"ts\":1700000000005,\"current_0\":\"NaN\",\"cycle\":7,"
                + "\"grip_lost\":true,\"note\":null}");
    assertThat(texts(record, ""))
        .containsExactly(
            "content-type=application/json",
            "tidegate_stream=joints",
            "tidegate_topic=cobot-joints",
            "tidegate_partition=3",
            "tidegate_offset=5",
            "tidegate_event_time=1700000000005",
            "tidegate_partition_time=1700000009000",
            "tidegate_lateness_ms=995");
  }

  private static List<String> texts(ProducerRecord<byte[], byte[]> record, String prefix) {
    return StreamSupport.stream(record.headers().spliterator(), false)
        .filter(h -> h.key().startsWith(prefix))
        .map(h -> h.key() + "=" + new String(h.value(), StandardCharsets.UTF_8))
        .toList();
  }
}
