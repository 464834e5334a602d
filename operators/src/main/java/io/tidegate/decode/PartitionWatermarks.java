package io.tidegate.decode;

import io.tidegate.event.Decoded;
import io.tidegate.event.Event;
import io.tidegate.event.StreamDefinition;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Event time of a partition: the greatest time seen, less the out-of-orderness bound. A dead letter
 * has no event time and moves nothing.
 *
 * <p>The watermark is one millisecond below the bound, so that an event exactly on it, which {@link
 * LateGate} lets through, is not behind the watermark.
 *
 * <p>A watermark goes out at every interval of the job ({@code pipeline.auto-watermark-interval}),
 * because an alert waits for it. While a backlog is read, that is while event time passes faster
 * than the clock, one goes out every {@value #BACKLOG_INTERVAL_MS} ms or at the next interval
 * after: an operator that handles more events of a key together has less work with each.
 */
public final class PartitionWatermarks implements WatermarkStrategy<Decoded> {
  private static final long serialVersionUID = 1L;

  /** Streams of a job are aligned with one another. */
  private static final String ALIGNMENT_GROUP = "tidegate";

  /** The drift that alignment allows grows by what is read between two updates. */
  private static final Duration ALIGNMENT_UPDATE = Duration.ofMillis(200);

  /** Least time between two watermarks of a backlog; below Flink's default interval of 200 ms. */
  static final long BACKLOG_INTERVAL_MS = 150;

  /** Event time that passes this much faster than the clock is that of a backlog. */
  private static final int BACKLOG_SPEED = 4;

  /** So few events are no backlog: one a minute passes a minute. */
  static final int FEW_EVENTS = 100;

  private final long outOfOrdernessMs;

  private PartitionWatermarks(long outOfOrdernessMs) {
    this.outOfOrdernessMs = outOfOrdernessMs;
  }

  /** The watermark strategy of a stream: bound, idleness and alignment as it declares them. */
  public static WatermarkStrategy<Decoded> of(StreamDefinition stream) {
    WatermarkStrategy<Decoded> strategy = new PartitionWatermarks(stream.outOfOrdernessMs());
    if (stream.idlenessMs() > 0) {
      strategy = strategy.withIdleness(Duration.ofMillis(stream.idlenessMs()));
    }
    if (stream.alignmentMs() > 0) {
      strategy =
          strategy.withWatermarkAlignment(
              ALIGNMENT_GROUP, Duration.ofMillis(stream.alignmentMs()), ALIGNMENT_UPDATE);
    }
    return strategy;
  }

  @Override
  public TimestampAssigner<Decoded> createTimestampAssigner(
      TimestampAssignerSupplier.Context context) {
    return (decoded, recordTimestamp) ->
        decoded instanceof Event event ? event.timestamp : Long.MIN_VALUE;
  }

  @Override
  public WatermarkGenerator<Decoded> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    return new Generator(outOfOrdernessMs, System::nanoTime);
  }

  static final class Generator implements WatermarkGenerator<Decoded> {
    private final long outOfOrdernessMs;
    private final LongSupplier nanoTime;
    private long greatest = Long.MIN_VALUE;

    /** The greatest time when a watermark last went out, when that was, and the events since. */
    private long emitted = Long.MIN_VALUE;

    private long emittedAt;
    private int events;

    Generator(long outOfOrdernessMs, LongSupplier nanoTime) {
      this.outOfOrdernessMs = outOfOrdernessMs;
      this.nanoTime = nanoTime;
      this.emittedAt = nanoTime.getAsLong();
    }

    @Override
    public void onEvent(Decoded decoded, long timestamp, WatermarkOutput output) {
      greatest = Math.max(greatest, timestamp);
      events++;
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      if (greatest == Long.MIN_VALUE) {
        return;
      }
      long now = nanoTime.getAsLong();
      long elapsedMs = (now - emittedAt) / 1_000_000;
      boolean backlog =
          events > FEW_EVENTS
              && emitted != Long.MIN_VALUE
              && greatest - emitted > BACKLOG_SPEED * Math.max(1, elapsedMs);
      if (!backlog || elapsedMs >= BACKLOG_INTERVAL_MS) {
        output.emitWatermark(new Watermark(greatest - outOfOrdernessMs - 1));
        emitted = greatest;
        emittedAt = now;
        events = 0;
      }
    }
  }
}
