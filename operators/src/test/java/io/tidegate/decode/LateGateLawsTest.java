package io.tidegate.decode;

import static io.tidegate.decode.Gates.BOUND;
import static io.tidegate.decode.Gates.MAX_PARALLELISM;
import static io.tidegate.decode.Gates.STREAMS;
import static io.tidegate.decode.Gates.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.decode.Gates.Gate;
import io.tidegate.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

@SuppressWarnings("try") // Harnesses declare that close may throw anything.
class LateGateLawsTest {
  /** However often it is stopped and rescaled, the verdicts are those of one plain run. */
  @Property(tries = 30)
  void stoppingAndRescalingChangesNoVerdictAndNoSum(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int attempts) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    long[] greatest = new long[7];
    OperatorSubtaskState state = null;
    int before = 1;
    long[] total = new long[4];
    long late = 0;
    long read = 0;
    for (int attempt = 1; attempt <= attempts; attempt++) {
      int parallelism = 1 + random.nextInt(4);
      int shift = random.nextInt(4);
      List<Event> events = new ArrayList<>();
      List<Event> expectedLate = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int partition = random.nextInt(7);
        Event event = event(partition & 1, partition, 1000 + 20L * i + random.nextInt(300));
        events.add(event);
        if (greatest[partition] - BOUND > event.timestamp) {
          expectedLate.add(event);
        }
        greatest[partition] = Math.max(greatest[partition], event.timestamp);
      }
      read += events.size();
      late += expectedLate.size();
      OperatorSubtaskState[] states = new OperatorSubtaskState[parallelism];
      List<Event> foundLate = new ArrayList<>();
      total = new long[4];
      for (int subtask = 0; subtask < parallelism; subtask++) {
        OperatorSubtaskState own =
            state == null
                ? null
                : AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    state, MAX_PARALLELISM, before, parallelism, subtask);
        try (Gate gate = new Gate(STREAMS, 1, parallelism, subtask).start(own)) {
          for (Event event : events) {
            if ((event.partition + shift) % parallelism == subtask) {
              gate.read(event);
            }
          }
          gate.late().forEach(l -> foundLate.add(l.event()));
          List<Long> counts = gate.counts();
          for (int i = 0; i < total.length; i++) {
            total[i] += counts.get(i);
          }
          states[subtask] = gate.snapshot(attempt, attempt);
        }
      }
      assertThat(foundLate).containsExactlyInAnyOrderElementsOf(expectedLate);
      state = AbstractStreamOperatorTestHarness.repackageState(states);
      before = parallelism;
    }
    assertThat(total).containsExactly(read, 0, late, read - late);
  }
}
