package io.tidegate.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.Decoded;
import io.tidegate.event.EventBuilder;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.junit.jupiter.api.Test;

class PartitionWatermarksTest {
  private static StreamDefinition.Builder stream() {
    return StreamDefinition.builder(
            0, EventType.of("s", new Field("ts", FieldType.TIMESTAMP, false)))
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .outOfOrdernessMs(2000);
  }

  private static final Decoded DEAD =
      new DeadLetter(
          0, "s", DeadLetterReason.MALFORMED, "", "s", 0, 0, 99_999, null, null, List.of());

  private final List<Object> emitted = new ArrayList<>();
  private final WatermarkOutput output =
      new WatermarkOutput() {
        @Override
        public void emitWatermark(Watermark watermark) {
          emitted.add(watermark.getTimestamp());
        }

        @Override
        public void markIdle() {
          emitted.add("idle");
        }

        @Override
        public void markActive() {
          emitted.add("active");
        }
      };

  @Test
  void timeIsTheGreatestSeenLessTheBoundAndOne() {
    WatermarkStrategy<Decoded> strategy = PartitionWatermarks.of(stream().build());
    WatermarkGenerator<Decoded> generator = strategy.createWatermarkGenerator(null);

    generator.onPeriodicEmit(output);
    read(strategy, generator, EventBuilder.of(stream().build()).at(10_000).build());
    generator.onPeriodicEmit(output);
    read(strategy, generator, EventBuilder.of(stream().build()).at(9_000).build());
    generator.onPeriodicEmit(output);

    assertThat(emitted).containsExactly(7_999L, 7_999L);
  }

  @Test
  void deadLettersMoveNoTime() {
    WatermarkStrategy<Decoded> strategy = PartitionWatermarks.of(stream().build());
    WatermarkGenerator<Decoded> generator = strategy.createWatermarkGenerator(null);

    read(strategy, generator, DEAD);
    generator.onPeriodicEmit(output);

    assertThat(emitted).isEmpty();
  }

  private void read(
      WatermarkStrategy<Decoded> strategy, WatermarkGenerator<Decoded> generator, Decoded decoded) {
    // The record's own timestamp plays no part.
    long timestamp = strategy.createTimestampAssigner(null).extractTimestamp(decoded, 77_777);
    generator.onEvent(decoded, timestamp, output);
  }

  @Test
  void alignmentIsAsDeclared() {
    assertThat(PartitionWatermarks.of(stream().build()).getAlignmentParameters().isEnabled())
        .isFalse();

    var aligned =
        PartitionWatermarks.of(stream().alignmentMs(5000).idlenessMs(100).build())
            .getAlignmentParameters();

    assertThat(aligned.isEnabled()).isTrue();
    assertThat(aligned.getMaxAllowedWatermarkDrift()).isEqualTo(Duration.ofSeconds(5).toMillis());
    assertThat(aligned.getWatermarkGroup()).isEqualTo("tidegate");
  }
}
