package io.tidegate.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class BeatParserTest {
  private static final long LAG = 10;

  private final BeatParser parser =
      new BeatParser(LAG, Clock.fixed(Instant.ofEpochMilli(5_000), ZoneOffset.UTC));

  private Long read(String value, TimestampType type, long timestamp) {
    return parser.parse(
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
            Optional.empty()));
  }

  @Test
  void aBeatLeavesEventsTheirLag() {
    assertThat(read("900", TimestampType.LOG_APPEND_TIME, 1_000)).isEqualTo(900 - LAG);
  }

  @Test
  void aClockAheadOfTheBrokerCountsAsTheBrokers() {
    assertThat(read("1001", TimestampType.LOG_APPEND_TIME, 1_000)).isEqualTo(1_000 - LAG);
    assertThat(read(Long.toString(Long.MAX_VALUE), TimestampType.LOG_APPEND_TIME, 1_000))
        .isEqualTo(1_000 - LAG);
  }

  @Test
  void withProducersTimestampsTheWallClockIsTheLimit() {
    assertThat(read("9000", TimestampType.CREATE_TIME, 9_000)).isEqualTo(5_000 - LAG);
    assertThat(read("4000", TimestampType.CREATE_TIME, 9_000)).isEqualTo(4_000 - LAG);
  }

  @Test
  void whatIsNoNumberIsLeftOut() {
    for (String value : new String[] {null, "", "now", "1.5", "99999999999999999999"}) {
      assertThat(read(value, TimestampType.LOG_APPEND_TIME, 1_000)).isNull();
    }
    assertThat(read(Long.toString(Long.MIN_VALUE), TimestampType.LOG_APPEND_TIME, 1_000))
        .isEqualTo(-LAG);
  }
}
