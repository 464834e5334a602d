package io.tidegate.decode;

import io.tidegate.event.Decoded;
import io.tidegate.event.Event;
import io.tidegate.event.StreamDefinition;
import java.time.Duration;
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
 */
public final class PartitionWatermarks implements WatermarkStrategy<Decoded> {
  private static final long serialVersionUID = 1L;

  /** Streams of a job are aligned with one another. */
  private static final String ALIGNMENT_GROUP = "tidegate";

  /** The drift that alignment allows grows by what is read between two updates. */
  private static final Duration ALIGNMENT_UPDATE = Duration.ofMillis(200);

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
    return new Generator(outOfOrdernessMs);
  }

  private static final class Generator implements WatermarkGenerator<Decoded> {
    private final long outOfOrdernessMs;
    private long greatest = Long.MIN_VALUE;

    Generator(long outOfOrdernessMs) {
      this.outOfOrdernessMs = outOfOrdernessMs;
    }

    @Override
    public void onEvent(Decoded decoded, long timestamp, WatermarkOutput output) {
      greatest = Math.max(greatest, timestamp);
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      if (greatest != Long.MIN_VALUE) {
        output.emitWatermark(new Watermark(greatest - outOfOrdernessMs - 1));
      }
    }
  }
}
