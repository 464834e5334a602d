package io.tidegate.decode;

import static io.tidegate.decode.Gates.MAX_PARALLELISM;
import static io.tidegate.decode.Gates.STREAMS;
import static io.tidegate.decode.Gates.dead;
import static io.tidegate.decode.Gates.event;
import static io.tidegate.decode.Gates.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.decode.Gates.Gate;
import io.tidegate.event.Event;
import io.tidegate.event.EventBuilder;
import io.tidegate.event.StreamDefinition;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // Harnesses declare that close may throw anything.
class LateGateTest {
  private static Gate gate() throws Exception {
    return new Gate(STREAMS, 1, 1, 0).start(null);
  }

  @Test
  void anEventIsLateBelowTheBoundAndNotOnIt() throws Exception {
    try (Gate gate = gate()) {
      gate.read(event(0, 0, 1000), event(0, 0, 900), event(0, 0, 899), event(0, 0, 1001));

      assertThat(gate.accepted()).containsExactly(1000L, 900L, 1001L);
      assertThat(gate.late()).hasSize(1);
      assertThat(gate.late().get(0).event().timestamp).isEqualTo(899);
      assertThat(gate.late().get(0).partitionTime()).isEqualTo(1000);
      assertThat(gate.late().get(0).latenessMs()).isEqualTo(1);
    }
  }

  @Test
  void eachPartitionOfEachTopicHasItsOwnTime() throws Exception {
    try (Gate gate = gate()) {
      gate.read(event(0, 5, 10_000), event(0, 0, 10), event(1, 5, 20), event(0, 6, -30));

      assertThat(gate.accepted()).containsExactly(10_000L, 10L, 20L, -30L);
      assertThat(gate.late()).isEmpty();
    }
  }

  @Test
  void deadLettersGoAsideAndMoveNoTime() throws Exception {
    try (Gate gate = gate()) {
      gate.read(event(0, 0, 1000), dead(), event(0, 0, 950));

      assertThat(gate.accepted()).containsExactly(1000L, 950L);
      assertThat(gate.dead()).isEqualTo(1);
    }
  }

  @Test
  void watermarksPassAndDecideNothing() throws Exception {
    try (Gate gate = gate()) {
      gate.processWatermark(50_000);
      gate.read(event(0, 0, 1000));

      assertThat(gate.accepted()).containsExactly(1000L);
      assertThat(gate.getOutput()).hasSize(2);
    }
  }

  @Test
  void inIsTheSumOfWhatBecameOfIt() throws Exception {
    try (Gate gate = gate()) {
      gate.read(event(0, 0, 1000), dead(), event(0, 0, 1), event(0, 0, 2), event(1, 0, 7), dead());

      assertThat(gate.counts()).containsExactly(6L, 2L, 2L, 2L);
    }
  }

  @Test
  void anEventThatIsLateAcrossASavepointIsLate() throws Exception {
    OperatorSubtaskState savepoint;
    try (Gate gate = gate()) {
      gate.read(event(0, 0, 1000), dead(), event(0, 0, 5));
      savepoint = gate.snapshot(1, 1);
    }

    try (Gate gate = new Gate(STREAMS, 1, 1, 0).start(savepoint)) {
      gate.read(event(0, 0, 899), event(0, 0, 900), event(1, 0, 3));

      assertThat(gate.late()).hasSize(1);
      assertThat(gate.accepted()).containsExactly(900L, 3L);
      assertThat(gate.counts()).containsExactly(6L, 1L, 2L, 3L);
    }
  }

  @Test
  void aPlanMayReorderStreamsAndTopics() throws Exception {
    OperatorSubtaskState savepoint;
    try (Gate gate = gate()) {
      gate.read(event(0, 0, 1000), event(1, 0, 5000));
      savepoint = gate.snapshot(1, 1);
    }
    StreamDefinition[] reordered = {
      stream(0, "s", List.of("b", "new", "a")), stream(1, "other", List.of("o"))
    };

    try (Gate gate = new Gate(reordered, 0, 1, 0).start(savepoint)) {
      gate.read(
          EventBuilder.of(reordered[0]).at(899).from(2, 0, 1).build(),
          EventBuilder.of(reordered[0]).at(1200).from(2, 0, 2).build(),
          EventBuilder.of(reordered[0]).at(4899).from(0, 0, 1).build(),
          EventBuilder.of(reordered[0]).at(4900).from(0, 0, 1).build(),
          EventBuilder.of(reordered[0]).at(1).from(1, 0, 1).build());

      assertThat(gate.accepted()).containsExactly(1200L, 4900L, 1L);
    }
  }

  @Test
  void theTimeOfAPartitionThatNobodyReadsForAWhileIsKept() throws Exception {
    OperatorSubtaskState state;
    try (Gate gate = gate()) {
      gate.read(event(0, 0, 1000), event(0, 1, 2000));
      state = gate.snapshot(1, 1);
    }
    // Two attempts in which no record of partition 1 arrives, at parallelism 3.
    for (int attempt = 2; attempt <= 3; attempt++) {
      int before = attempt == 2 ? 1 : 3;
      state = run(before, 3, state, attempt, List.of(event(0, 0, 1000 + attempt)));
    }

    try (Gate gate = new Gate(STREAMS, 1, 1, 0).start(state)) {
      gate.read(event(0, 1, 1899), event(0, 0, 902));

      assertThat(gate.late()).hasSize(2);
    }
  }

  @Test
  void stateDoesNotGrowWithParallelism() throws Exception {
    OperatorSubtaskState state;
    try (Gate gate = gate()) {
      for (int partition = 0; partition < 20; partition++) {
        gate.read(event(0, partition, 1000));
      }
      state = gate.snapshot(1, 1);
    }

    for (int attempt = 2; attempt <= 5; attempt++) {
      state = run(attempt == 2 ? 1 : 4, 4, state, attempt, List.of());
    }

    int entries = 0;
    for (var handle : state.getManagedOperatorState()) {
      entries +=
          handle.getStateNameToPartitionOffsets().get("partition-progress").getOffsets().length;
    }
    assertThat(entries).isEqualTo(20);
  }

  /** Runs subtasks that share a state, reads events by partition, and snapshots them together. */
  private static OperatorSubtaskState run(
      int before, int parallelism, OperatorSubtaskState state, int checkpoint, List<Event> events)
      throws Exception {
    OperatorSubtaskState[] states = new OperatorSubtaskState[parallelism];
    for (int subtask = 0; subtask < parallelism; subtask++) {
      OperatorSubtaskState own =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              state, MAX_PARALLELISM, before, parallelism, subtask);
      try (Gate gate = new Gate(STREAMS, 1, parallelism, subtask).start(own)) {
        for (Event event : events) {
          if (event.partition % parallelism == subtask) {
            gate.read(event);
          }
        }
        states[subtask] = gate.snapshot(checkpoint, checkpoint);
      }
    }
    return AbstractStreamOperatorTestHarness.repackageState(states);
  }
}
