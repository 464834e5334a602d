package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Time that passes by marks of beats while no events come. */
class BeatMarksTest {
  private static void send(Host host, String id, long ts) throws Exception {
    host.send(Plans.event(host.plan(), Plans.READINGS, id, "robot-1", "line-1", ts, 1));
  }

  @Test
  void timePassesASilenceAsFarAsEveryRouterHasMarkedAndTheStamperLets() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()))) {
      send(host, "a", 10);
      host.watermark(5);
      host.idle(true);
      host.mark(500, 0, 2);
      host.watermarkOfChanges(499);
      // Under both of its keys.
      assertThat(host.count("pending")).isEqualTo(2);

      host.mark(11, 1, 2);
      assertThat(host.count("pending")).isZero();
    }
  }

  /** What a router sent before its mark can arrive behind the time that the stamper lets pass. */
  @Test
  void theTimeOfBeatsDoesNotOvertakeTheEventsThatEndASilence() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()))) {
      send(host, "a", 10);
      host.watermark(20);
      host.idle(true);
      host.mark(500, 0, 2);
      host.watermarkOfChanges(499);
      send(host, "b", 100);
      host.idle(false);
      host.mark(500, 1, 2);

      assertThat(host.late).isEmpty();
      assertThat(host.count("events")).isEqualTo(2);
      assertThat(host.count("pending")).isZero();
    }
  }

  @Test
  void marksDoNotHoldTheTimeOfEventsBack() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()))) {
      host.mark(50, 0, 1);
      send(host, "a", 100);
      host.watermark(200);

      assertThat(host.count("pending")).isZero();
    }
  }
}
