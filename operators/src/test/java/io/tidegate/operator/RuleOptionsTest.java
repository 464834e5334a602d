package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.record.MatchRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/** Parameters by key, cool-down, shadow, and measures on timeouts. */
class RuleOptionsTest {

  @Example
  void aParameterHasItsOwnValueForAKeyInConditionsMeasuresAndTimeouts() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.limited(5)))) {
      for (String robot : List.of("robot-1", "robot-2")) {
        send(host, robot, robot + "a", 20, 1);
        send(host, robot, robot + "b", 21, 2);
      }
      // x is the time: for robot-2 only these are above its limit.
      send(host, "robot-2", "c", 60, 1);
      send(host, "robot-2", "d", 61, 2);
      send(host, "robot-1", "e", 62, 3);
      host.watermark(200);

      assertThat(host.matches)
          .extracting(m -> m.key() + " " + m.measures().get("limit"))
          .containsExactlyInAnyOrder("robot-1 5.0", "robot-2 50.0");
      assertThat(host.timeouts)
          .extracting(t -> t.key() + " " + t.measures())
          .containsExactlyInAnyOrder(
              "robot-1 {limit=5.0, duration=0}",
              "robot-1 {limit=5.0, duration=0}",
              "robot-2 {limit=50.0, duration=0}");
    }
  }

  @Example
  void otherValuesOfParametersKeepWhatIsOpen() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.limited(5)))) {
      send(host, "robot-1", "a", 10, 1);
      host.watermark(15);
      host.restart(1, Plans.with(Plans.limited(1000)));
      send(host, "robot-1", "b", 20, 2);
      host.watermark(200);

      assertThat(host.matches).hasSize(1);
      assertThat(host.matches.get(0).measures()).containsEntry("limit", 1000.0);
      assertThat(host.count("dropped_partial_matches")).isZero();
    }
  }

  @Example
  void afterAReportedMatchThoseThatEndWithinTheCoolDownAreCounted() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.coolingDown(Plans.rise(), 30)))) {
      for (long end : new long[] {10, 20, 39, 40, 69, 71}) {
        send(host, "robot-1", "low" + end, end - 1, 1);
        send(host, "robot-1", "high" + end, end, 2);
      }
      send(host, "robot-2", "low", 19, 1);
      send(host, "robot-2", "high", 20, 2);
      host.watermark(72);

      assertThat(host.matches)
          .extracting(m -> m.key() + "@" + m.endTimestamp())
          .containsExactlyInAnyOrder("robot-1@10", "robot-2@20", "robot-1@40", "robot-1@71");
      assertThat(host.count("rule.rise.cooled_down")).isEqualTo(3);
      assertThat(host.count("cooled_down")).isEqualTo(3);
      assertThat(host.count("rule.rise.matches")).isEqualTo(4);
    }
  }

  @Example
  void aRuleInShadowReportsItsMatchesAsSuchAndCoolsDownToo() throws Exception {
    String shadow =
        Plans.coolingDown(Plans.rise(), 30).replace("\"shadow\":false", "\"shadow\":true");
    try (Host host = Host.onHeap(Plans.with(shadow))) {
      send(host, "robot-1", "a", 10, 1);
      send(host, "robot-1", "b", 11, 2);
      send(host, "robot-1", "c", 12, 1);
      send(host, "robot-1", "d", 13, 2);
      host.watermark(20);

      assertThat(host.matches).hasSize(1);
      assertThat(host.matches.get(0).rule().shadow()).isTrue();
      assertThat(host.count("rule.rise.cooled_down")).isEqualTo(1);
    }
  }

  @Example
  void aKeyThatOnlyCoolsDownIsFreedWhenThatIsOver() throws Exception {
    for (StateBackend backend :
        List.of(new HashMapStateBackend(), new EmbeddedRocksDBStateBackend())) {
      try (Host host = new Host(Plans.with(Plans.coolingDown(Plans.rise(), 500)), backend)) {
        send(host, "robot-1", "a", 10, 1);
        send(host, "robot-1", "b", 20, 2);
        // Within the limit of 40 a match that ended at 519 could still be found at 559.
        host.watermark(559);
        assertThat(host.keys()).isEqualTo(1);
        assertThat(host.timers()).isEqualTo(1);
        host.watermark(560);
        assertThat(host.keys()).isZero();
        assertThat(host.timers()).isZero();
      }
    }
  }

  /** What is reported is what the definition says, wherever the job stops and goes on. */
  @Property(tries = 60)
  void restartsAndSlowWatermarksChangeNothingAboutACoolDown(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    StateBackend backend =
        seed % 8 == 0 ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
    Plans plain = Plans.with(Plans.rise(), Plans.calm());
    Plans cooling =
        Plans.with(Plans.coolingDown(Plans.rise(), 35), Plans.coolingDown(Plans.calm(), 17));
    try (Host all = Host.onHeap(plain);
        Host host = new Host(cooling, backend)) {
      for (int i = 0; i < 80; i++) {
        long ts = 4L * i + random.nextInt(4);
        String robot = "robot-" + random.nextInt(2);
        int kind = 1 + random.nextInt(4);
        send(all, robot, "e" + i, ts, kind);
        send(host, robot, "e" + i, ts, kind);
        if (random.nextInt(4) == 0) {
          host.watermark(ts);
        }
        if (random.nextInt(20) == 0) {
          host.restart(1 + random.nextInt(3));
        }
      }
      all.watermark(1_000);
      host.watermark(1_000);

      List<String> expected = new ArrayList<>();
      expected.addAll(reported(all.matches, "rise", 35));
      expected.addAll(reported(all.matches, "calm", 17));
      assertThat(host.matches)
          .extracting(MatchRecord::matchId)
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(host.count("cooled_down")).isEqualTo(all.matches.size() - expected.size());
      assertThat(host.keys()).isZero();
    }
  }

  private static List<String> reported(List<MatchRecord> matches, String rule, long coolDownMs) {
    List<String> ids = new ArrayList<>();
    for (String key : List.of("robot-0", "robot-1")) {
      long last = Long.MIN_VALUE / 2;
      for (MatchRecord match : matches) {
        boolean its = match.rule().id().equals(rule) && match.key().equals(key);
        if (its && match.endTimestamp() - last >= coolDownMs) {
          ids.add(match.matchId());
          last = match.endTimestamp();
        }
      }
    }
    return ids;
  }

  private static void send(Host host, String robot, String id, long ts, int kind) throws Exception {
    host.send(Plans.event(host.plan(), Plans.READINGS, id, robot, "line-1", ts, kind));
  }
}
