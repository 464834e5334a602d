package io.tidegate.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class BeatDeserializerTest {
  private static final long LAG = 10;

  private final BeatDeserializer deserializer =
      new BeatDeserializer(LAG, Clock.fixed(Instant.ofEpochMilli(5_000), ZoneOffset.UTC));

  private List<Long> read(String value, TimestampType type, long timestamp) {
    List<Long> beats = new ArrayList<>();
    deserializer.deserialize(
        new ConsumerRecord<>(
            "beats",
            0,
            0,
            timestamp,
            type,
            0,
            0,
            null,
            value == null ? null : value.getBytes(StandardCharsets.UTF_8),
            new RecordHeaders(),
            Optional.empty()),
        new Collector<>() {
          @Override
          public void collect(Long beat) {
            beats.add(beat);
          }

          @Override
          public void close() {}
        });
    return beats;
  }

  @Test
  void aBeatLeavesEventsTheirLag() {
    assertThat(read("900", TimestampType.LOG_APPEND_TIME, 1_000)).containsExactly(900 - LAG);
  }

  @Test
  void aClockAheadOfTheBrokerCountsAsTheBrokers() {
    assertThat(read("1001", TimestampType.LOG_APPEND_TIME, 1_000)).containsExactly(1_000 - LAG);
    assertThat(read(Long.toString(Long.MAX_VALUE), TimestampType.LOG_APPEND_TIME, 1_000))
        .containsExactly(1_000 - LAG);
  }

  @Test
  void withProducersTimestampsTheWallClockIsTheLimit() {
    assertThat(read("9000", TimestampType.CREATE_TIME, 9_000)).containsExactly(5_000 - LAG);
    assertThat(read("4000", TimestampType.CREATE_TIME, 9_000)).containsExactly(4_000 - LAG);
  }

  @Test
  void whatIsNoNumberIsLeftOut() {
    for (String value : new String[] {null, "", "now", "1.5", "99999999999999999999"}) {
      assertThat(read(value, TimestampType.LOG_APPEND_TIME, 1_000)).isEmpty();
    }
    assertThat(read(Long.toString(Long.MIN_VALUE), TimestampType.LOG_APPEND_TIME, 1_000))
        .containsExactly(-LAG);
  }
}
