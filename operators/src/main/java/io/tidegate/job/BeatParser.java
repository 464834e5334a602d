package io.tidegate.job;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;

/**
 * Reads a beat, the wall clock of who wrote it as decimal digits (epoch ms), as an event time: up
 * to there no event is on its way any more.
 *
 * <p>A beat ahead of the broker's append time counts as that time, so that a wrong clock lets no
 * time pass that has not passed, and a replay counts as the first reading did. On a topic with
 * producers' timestamps the wall clock takes the place of the append time. What is no number is
 * null.
 */
final class BeatParser implements KafkaLog.Parser<Long> {
  private static final long serialVersionUID = 1L;

  private final long lagMs;
  private final Clock clock;

  /**
   * A parser of beats.
   *
   * @param lagMs up to how far behind a beat events may still come, ms
   * @param clock the wall clock
   */
  BeatParser(long lagMs, Clock clock) {
    this.lagMs = lagMs;
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public Long parse(ConsumerRecord<byte[], byte[]> record) {
    long beat;
    try {
      byte[] value = record.value() == null ? new byte[0] : record.value();
      beat = Long.parseLong(new String(value, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      return null;
    }
    long latest =
        record.timestampType() == TimestampType.LOG_APPEND_TIME
            ? record.timestamp()
            : clock.millis();
    // Nobody lived before 1970; what is far below it must not overflow.
    return Math.max(0, Math.min(beat, latest)) - lagMs;
  }
}
