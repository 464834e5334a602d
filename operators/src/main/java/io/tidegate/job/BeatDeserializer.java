package io.tidegate.job;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;

/**
 * Reads a beat, the wall clock of who wrote it as decimal digits (epoch ms), as an event time: up
 * to there no event is on its way any more.
 *
 * <p>A beat ahead of the broker's append time counts as that time, so that a wrong clock lets no
 * time pass that has not passed, and a replay counts as the first reading did. On a topic with
 * producers' timestamps the wall clock takes the place of the append time. What is no number is
 * counted as {@code bad_beats} and left out.
 */
final class BeatDeserializer implements KafkaRecordDeserializationSchema<Long> {
  private static final long serialVersionUID = 1L;

  private final long lagMs;
  private final Clock clock;
  private transient Counter bad = new SimpleCounter();

  /**
   * A deserializer of beats.
   *
   * @param lagMs up to how far behind a beat events may still come, ms
   * @param clock the wall clock
   */
  BeatDeserializer(long lagMs, Clock clock) {
    this.lagMs = lagMs;
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    bad = context.getMetricGroup().counter("bad_beats");
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Long> out) {
    long beat;
    try {
      byte[] value = record.value() == null ? new byte[0] : record.value();
      beat = Long.parseLong(new String(value, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      bad.inc();
      return;
    }
    long latest =
        record.timestampType() == TimestampType.LOG_APPEND_TIME
            ? record.timestamp()
            : clock.millis();
    // Nobody lived before 1970; what is far below it must not overflow.
    out.collect(Math.max(0, Math.min(beat, latest)) - lagMs);
  }

  @Override
  public TypeInformation<Long> getProducedType() {
    return Types.LONG;
  }
}
