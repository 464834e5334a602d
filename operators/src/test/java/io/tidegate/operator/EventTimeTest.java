package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How event time passes in the pattern operator, and what is late there. */
class EventTimeTest {
  @Test
  void anEventBehindTheWatermarkIsLateOnceWhateverTheNumberOfItsKeys() throws Exception {
    try (Host host = Host.onHeap(Plans.all())) {
      send(host, "a", 10, 1);
      host.watermark(50);
      send(host, "b", 50, 2);
      send(host, "c", 51, 2);
      host.watermark(60);

      assertThat(host.late).hasSize(1);
      assertThat(host.late.get(0).event().timestamp).isEqualTo(50);
      assertThat(host.late.get(0).partitionTime()).isEqualTo(50);
      assertThat(host.late.get(0).latenessMs()).isEqualTo(1);
      assertThat(host.count("late_idle")).isEqualTo(1);
      assertThat(host.count("late_copies")).isEqualTo(1);
      assertThat(host.count("events")).isEqualTo(2);
    }
  }

  @Test
  void theChangesTimeDoesNotOvertakeTheEventsThatEndASilence() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      send(host, "a", 10, 1);
      host.watermark(20);
      host.idle(true);
      host.watermarkOfChanges(200);
      send(host, "b", 100, 1);
      host.idle(false);
      host.watermark(200);

      assertThat(host.late).isEmpty();
      assertThat(host.count("events")).isEqualTo(2);
      assertThat(host.count("pending")).isZero();
    }
  }

  @Test
  void timeGoesOnAfterASilenceWhereNoChangeCanCome() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()))) {
      host.watermarkOfChanges(Long.MAX_VALUE);
      send(host, "a", 10, 1);
      host.idle(true);
      host.idle(false);
      send(host, "b", 100, 1);
      host.watermark(200);

      assertThat(host.late).isEmpty();
      assertThat(host.count("pending")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterARestoreNothingIsAcceptedBehindWhatWasHandled(boolean rocksDb) throws Exception {
    try (Host host = new Host(Plans.all(), backend(rocksDb))) {
      send(host, "a", 10, 1);
      host.watermark(50);
      host.restart(2);

      send(host, "late", 50, 2);
      send(host, "good", 51, 2);
      host.watermark(20);

      assertThat(host.late).extracting(late -> late.event().stringAt(0)).containsExactly("late");
      assertThat(host.count("pending")).isEqualTo(2);
    }
  }

  @Test
  void theEndOfABoundedInputDoesNotAdvanceTime() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.rise(), Plans.calm()))) {
      send(host, "a", 10, 1);
      host.watermark(Long.MAX_VALUE);

      assertThat(host.matches).isEmpty();
      assertThat(host.timeouts).isEmpty();
      assertThat(host.count("pending")).isEqualTo(2);
    }
  }

  @Test
  void theEndOfABoundedInputClosesTimeWhereAskedFor() throws Exception {
    try (Host host =
        new Host(Plans.with(Plans.rise(), Plans.calm()), new HashMapStateBackend(), true)) {
      send(host, "a", 10, 1);
      host.watermark(Long.MAX_VALUE);

      assertThat(host.matches).hasSize(1);
      assertThat(host.timeouts).hasSize(1);
      assertThat(host.keys()).isZero();
      assertThat(host.timers()).isZero();
    }
  }

  private static StateBackend backend(boolean rocksDb) {
    return rocksDb ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
  }

  private static void send(Host host, String id, long ts, int kind) throws Exception {
    Event event = Plans.event(host.plan(), Plans.READINGS, id, "robot-1", "line-1", ts, kind);
    host.send(event);
  }
}
