package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.record.MatchRecord;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleStatus;
import java.util.List;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that come, change and go while the pattern operator runs. */
class RuleChangeTest {
  private static final int ROBOTS = 12;

  /** One reading of a kind is a match. */
  private static String single(String id, int version, int kind) {
    return single(id, version, kind, "drop");
  }

  private static String single(String id, int version, int kind, String onChange) {
    return with(
        Plans.rule(
            id,
            "f" + version,
            0,
            false,
            0,
            "no_skip",
            Plans.stage("one", "readings", "begin", kind)),
        version,
        onChange);
  }

  /** A reading of 1, then one of another kind within 100 ms. */
  private static String pair(String id, int version, int second, String onChange) {
    return with(
        Plans.rule(
            id,
            "f" + version,
            0,
            false,
            100,
            "no_skip",
            Plans.stage("low", "readings", "begin", 1)
                + ","
                + Plans.stage("high", "readings", "relaxed", second)),
        version,
        onChange);
  }

  private static String with(String rule, int version, String onChange) {
    return rule.replace(
        "\"version\":1", "\"version\":" + version + ",\"on_change\":\"" + onChange + "\"");
  }

  private static RuleChange push(String rule, long stamp, long sequence) {
    return Changes.push("p" + sequence, rule, 0).stamped(stamp, sequence);
  }

  private static StateBackend backend(boolean rocksDb) {
    return rocksDb ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
  }

  private static void send(Host host, String robot, long ts, int kind) throws Exception {
    String id = robot + "-" + ts;
    host.send(Plans.event(host.plan(), Plans.READINGS, id, robot, "line-1", ts, kind));
  }

  private static void sendAll(Host host, long ts, int kind) throws Exception {
    for (int i = 0; i < ROBOTS; i++) {
      send(host, "robot-" + i, ts, kind);
    }
  }

  private static List<String> found(Host host) {
    return host.matches.stream()
        .map(m -> m.rule().id() + " " + m.rule().version() + " " + m.endTimestamp())
        .distinct()
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPushedRuleHoldsFromItsStampOnEverySubtask(boolean rocksDb) throws Exception {
    try (Host host = new Host(Plans.with(Plans.calm()).changing(), backend(rocksDb))) {
      host.restart(3);
      for (long ts : new long[] {98, 99, 100, 101}) {
        sendAll(host, ts, 7);
      }
      host.change(push(single("seven", 1, 7), 100, 0));
      assertThat(host.reports).isEmpty();
      host.watermark(1, 200);
      assertThat(host.reports).extracting(r -> r.subtask()).containsExactly(1);

      host.watermark(200);

      assertThat(found(host)).containsExactly("seven 1 100", "seven 1 101");
      assertThat(host.matches).hasSize(2 * ROBOTS);
      assertThat(host.reports).extracting(r -> r.subtask()).containsExactly(1, 0, 2);
      assertThat(host.reports)
          .allSatisfy(r -> assertThat(r.status().state()).isEqualTo(RuleStatus.State.ACTIVE));
      assertThat(host.count("rule.seven.matches")).isEqualTo(2 * ROBOTS);
    }
  }

  @Test
  void aChangeHoldsAtOnceWhereTimeStandsJustBeforeItsStamp() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      host.watermark(99);
      host.change(push(single("seven", 1, 7), 100, 0));

      assertThat(host.reports).hasSize(1);
    }
  }

  @Test
  void anotherStructureDropsWhatTheOldOneHadOpen() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      host.change(push(pair("pair", 1, 2, "drop"), 10, 0));
      send(host, "robot-1", 20, 1);
      host.watermark(30);
      assertThat(host.count("open_partial_matches")).isEqualTo(2); // of calm, too
      host.change(push(pair("pair", 2, 3, "drop"), 50, 1));
      send(host, "robot-1", 60, 2);
      send(host, "robot-1", 61, 3);
      send(host, "robot-1", 62, 1);
      send(host, "robot-1", 63, 3);
      host.watermark(100);

      assertThat(of(host, "pair")).containsExactly("pair 2 63");
      assertThat(host.count("dropped_partial_matches")).isEqualTo(1);
    }
  }

  @Test
  void anotherStructureLetsTheOldOneFinishWhereItSaysSo() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      host.change(push(pair("pair", 1, 2, "drop"), 10, 0));
      send(host, "robot-1", 20, 1);
      host.watermark(30);
      host.change(push(pair("pair", 2, 3, "finish"), 50, 1));
      send(host, "robot-1", 55, 1); // begins the new one only
      host.watermark(56);
      host.restart(2);
      send(host, "robot-1", 60, 2);
      send(host, "robot-1", 61, 3);
      host.watermark(100);
      assertThat(of(host, "pair")).containsExactly("pair 1 60", "pair 2 61");
      assertThat(host.count("dropped_partial_matches")).isZero();

      host.watermark(1_000);
      assertThat(host.keys()).isZero();
      assertThat(host.count("open_partial_matches")).isZero();
    }
  }

  @Test
  void theSameStructureKeepsWhatIsOpenWhileItsTextChanges() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      String first = pair("pair", 1, 2, "drop");
      host.change(push(first, 10, 0));
      send(host, "robot-1", 20, 1);
      host.watermark(30);
      String other =
          first
              .replace("\"version\":1", "\"version\":5")
              .replace("[{\"text\":\"pair\"}]", "[{\"text\":\"other\"}]");
      host.change(push(other, 50, 1));
      send(host, "robot-1", 60, 2);
      host.watermark(100);

      MatchRecord match =
          host.matches.stream().filter(m -> m.rule().id().equals("pair")).findFirst().orElseThrow();
      assertThat(match.summary()).isEqualTo("other");
      assertThat(match.rule().version()).isEqualTo(5);
    }
  }

  @Test
  void whatARemovedRuleHadOpenIsGoneWhenItComesAgain() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      host.change(push(pair("pair", 1, 2, "drop"), 10, 0));
      send(host, "robot-1", 20, 1);
      host.watermark(30);
      host.change(Changes.remove("r", "pair").stamped(50, 1));
      host.watermark(55);
      assertThat(host.reports.get(1).status().state()).isEqualTo(RuleStatus.State.REMOVED);
      host.change(push(pair("pair", 1, 2, "drop"), 57, 2));
      send(host, "robot-1", 60, 2);
      send(host, "robot-1", 61, 1);
      send(host, "robot-1", 62, 2);
      host.watermark(100);

      assertThat(of(host, "pair")).containsExactly("pair 1 62");
    }
  }

  @Test
  void aRuleIsRemovedOnceAndTheRestIsRefused() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      host.change(Changes.remove("r1", "calm").stamped(10, 0));
      host.change(Changes.remove("r2", "calm").stamped(20, 1));
      host.watermark(30);

      assertThat(host.reports)
          .extracting(r -> r.status().request() + " " + r.status().state())
          .containsExactly("r1 REMOVED", "r2 REJECTED");
      assertThat(host.reports.get(1).status().reason())
          .isEqualTo("rule calm: there is no such rule at this time");
    }
  }

  @Test
  void aQuarantinedRuleEndsUnlessItWasChangedSince() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      host.change(push(single("seven", 1, 7), 10, 0));
      host.change(push(single("seven", 2, 8), 20, 1));
      host.change(Changes.quarantine("q1", "seven", 10).stamped(30, 2));
      host.change(Changes.quarantine("q2", "seven", 20).stamped(40, 3));
      for (long ts : new long[] {15, 25, 35, 45}) {
        sendAll(host, ts, 8);
      }
      host.watermark(100);

      assertThat(found(host)).containsExactly("seven 2 25", "seven 2 35");
      assertThat(host.reports)
          .extracting(r -> r.status().request() + " " + r.status().state())
          .containsExactly("p0 ACTIVE", "p1 ACTIVE", "q1 REJECTED", "q2 QUARANTINED");
      assertThat(host.reports.get(3).status().reason()).isEqualTo("too many");
    }
  }

  @Test
  void aRuleBeyondItsLimitsIsQuarantinedByAChangeOfTheLog() throws Exception {
    String limits = "\"limits\":{\"open\":2,\"matches_per_event\":9,\"policy\":\"quarantine\"},";
    String rule = pair("pair", 1, 2, "drop").replace("\"measures\"", limits + "\"measures\"");
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      host.change(push(rule, 10, 0));
      for (long ts = 20; ts < 24; ts++) {
        send(host, "robot-1", ts, 1);
        send(host, "robot-2", ts, 1);
      }
      host.watermark(30);

      assertThat(host.quarantines).hasSize(1);
      RuleChange request = host.quarantines.get(0);
      assertThat(request.reason()).isEqualTo("a key had more than 2 open partial matches");
      assertThat(request.since()).isEqualTo(10);
      host.change(request.stamped(40, 1));
      send(host, "robot-1", 39, 2);
      send(host, "robot-1", 40, 2);
      host.watermark(100);
      assertThat(of(host, "pair")).containsOnly("pair 1 39");
      assertThat(host.reports.get(1).status().state()).isEqualTo(RuleStatus.State.QUARANTINED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsRoutedUnderANewKeyBeforeItsStampConcernsNothing(boolean rocksDb) throws Exception {
    try (Host host = new Host(Plans.with(Plans.calm()).changing(), backend(rocksDb))) {
      host.change(Changes.push("p", Changes.byTwo("both", "readings"), 2).stamped(50, 0));
      for (long ts : new long[] {48, 49, 50}) {
        var event = Plans.event(host.plan(), Plans.READINGS, "e" + ts, "r", "l", ts, 1);
        host.send(new RoutedKey(2, "r|l"), event);
      }
      host.watermark(48);
      assertThat(host.keys()).isZero();
      assertThat(host.count("pending")).isEqualTo(2);
      host.restart(1);
      host.watermark(60);

      assertThat(host.matches).extracting(MatchRecord::endTimestamp).containsExactly(50L);
      assertThat(host.count("pending")).isZero();
    }
  }

  @Test
  void aNewKeyHasItsOwnState() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      RuleChange change = Changes.push("p", Changes.byTwo("both", "readings"), 2);
      host.change(change.stamped(10, 0));
      var event = Plans.event(host.plan(), Plans.READINGS, "a", "r", "l", 20, 1);
      host.send(new RoutedKey(2, "r|l"), event);
      host.watermark(30);

      assertThat(host.matches).extracting(m -> m.key()).containsExactly("r|l");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitingChangesAndPushedRulesSurviveRescaling(boolean rocksDb) throws Exception {
    try (Host host = new Host(Plans.with(Plans.calm()).changing(), backend(rocksDb))) {
      host.change(push(single("seven", 1, 7), 10, 0));
      host.change(push(single("eight", 1, 8), 100, 1));
      sendAll(host, 20, 7);
      sendAll(host, 20, 8);
      host.watermark(30);
      // The rules of the file are the first rules only.
      host.restart(3, Plans.with(Plans.rise()).changing());
      sendAll(host, 90, 8);
      sendAll(host, 100, 8);
      host.watermark(95);
      host.restart(2);
      sendAll(host, 110, 7);
      sendAll(host, 110, 1);
      host.watermark(300);

      assertThat(found(host))
          .containsExactly("calm 1 110", "eight 1 100", "seven 1 110", "seven 1 20");
      assertThat(of(host, "seven")).hasSize(2 * ROBOTS);
      assertThat(of(host, "eight")).hasSize(ROBOTS);
    }
  }

  @Test
  void aSubtaskThatWasBehindAtTheSnapshotStillAppliesTheChangeAtItsStamp() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.calm()).changing())) {
      host.restart(2);
      sendAll(host, 90, 7);
      sendAll(host, 110, 7);
      host.change(push(single("seven", 1, 7), 100, 0));
      host.watermark(0, 200); // as unaligned checkpoints may find it
      host.restart(3);
      host.watermark(200);

      assertThat(found(host)).containsExactly("seven 1 110");
      assertThat(host.matches).hasSize(ROBOTS);
    }
  }

  private static List<String> of(Host host, String rule) {
    return host.matches.stream()
        .filter(m -> m.rule().id().equals(rule))
        .map(m -> m.rule().id() + " " + m.rule().version() + " " + m.endTimestamp())
        .toList();
  }
}
