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
import java.util.Arrays;
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

  /**
   * Event times that pass in 20 ms of the clock, read one after the other; what is emitted then.
   */
  private List<Object> after20Ms(PartitionWatermarks.Generator generator, long from, int... steps) {
    emitted.clear();
    long time = from;
    for (int step : steps) {
      time += step;
      generator.onEvent(DEAD, time, output);
    }
    nanos += 20_000_000;
    generator.onPeriodicEmit(output);
    return emitted;
  }

  private long nanos;

  private static int[] times(int count, int step) {
    int[] steps = new int[count];
    Arrays.fill(steps, step);
    return steps;
  }

  @Test
  void aLiveStreamMovesTimeAtEveryInterval() {
    var generator = new PartitionWatermarks.Generator(0, () -> nanos);
    assertThat(after20Ms(generator, 1_000, times(400, 0))).containsExactly(999L);
    assertThat(after20Ms(generator, 1_000, 20)).containsExactly(1_019L);
    int[] many = times(400, 0);
    many[0] = 20;
    assertThat(after20Ms(generator, 1_020, many)).containsExactly(1_039L);
  }

  @Test
  void aBacklogMovesTimeEvery150Ms() {
    var generator = new PartitionWatermarks.Generator(0, () -> nanos);
    assertThat(after20Ms(generator, 0, times(400, 10))).containsExactly(3_999L);
    for (int i = 1; i <= 7; i++) {
      assertThat(after20Ms(generator, 4_000L * i, times(400, 10))).isEmpty();
    }
    assertThat(after20Ms(generator, 32_000, times(400, 10))).containsExactly(35_999L);
    assertThat(after20Ms(generator, 36_000, times(400, 10))).isEmpty();
    // The backlog has ended.
    assertThat(after20Ms(generator, 40_000, 0)).isEmpty();
    for (int i = 0; i < 5; i++) {
      assertThat(after20Ms(generator, 40_000, 0)).isEmpty();
    }
    assertThat(after20Ms(generator, 40_000, 0)).containsExactly(39_999L);
    assertThat(after20Ms(generator, 40_000, 20)).containsExactly(40_019L);
  }

  @Test
  void rareEventsMoveTimeAtOnceHoweverFarApartTheyAre() {
    var generator = new PartitionWatermarks.Generator(0, () -> nanos);
    assertThat(after20Ms(generator, 1_000, 0)).containsExactly(999L);
    assertThat(after20Ms(generator, 1_000, 60_000)).containsExactly(60_999L);
    assertThat(after20Ms(generator, 61_000, 60_000)).containsExactly(120_999L);
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
