package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.event.Event;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.WindowStatus;
import java.util.List;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternOperatorTest {

  @Test
  void aMatchSaysWhatWasFoundAndWhen() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.rise()))) {
      host.processingTime(5_000);
      send(host, "a", 10, 1);
      send(host, "b", 20, 2);
      host.watermark(19);
      assertThat(host.matches).isEmpty();
      host.processingTime(6_000);

      host.watermark(20);

      assertThat(host.matches).hasSize(1);
      MatchRecord match = host.matches.get(0);
      assertThat(match.rule().id()).isEqualTo("rise");
      assertThat(match.key()).isEqualTo("robot-1");
      assertThat(match.startTimestamp()).isEqualTo(10);
      assertThat(match.endTimestamp()).isEqualTo(20);
      assertThat(match.detectedAt()).isEqualTo(6_000);
      assertThat(match.timedOut()).isFalse();
      assertThat(match.measures()).containsEntry("duration", 10L);
      assertThat(match.summary()).isEqualTo("rise");
      assertThat(match.events())
          .extracting(e -> e.stage() + e.identity())
          .containsExactly("lowa", "highb");
      assertThat(match.window().status()).isEqualTo(WindowStatus.NONE);
      // The sha256 of 4:rise1:17:robot-13:low1:a4:high1:b
      assertThat(match.matchId()).isEqualTo("c66c33191f9d66e76e104106d9ffac84");
    }
  }

  @Test
  void aTimeoutFiresWhenEventTimePassesWithoutAnotherEvent() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.rise(), Plans.calm()))) {
      send(host, "a", 10, 1);
      host.watermark(39);
      assertThat(host.matches).isEmpty();

      host.watermark(40);
      assertThat(host.matches).extracting(m -> m.rule().id()).containsExactly("calm");
      assertThat(host.timeouts).isEmpty();

      host.watermark(50);
      assertThat(host.timeouts).hasSize(1);
      assertThat(host.timeouts.get(0).timedOut()).isTrue();
      assertThat(host.timeouts.get(0).timedOutAt()).isEqualTo(50);
      assertThat(host.timeouts.get(0).events()).hasSize(1);
    }
  }

  @Test
  void timeoutsThatNobodyAskedForAreOnlyCounted() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.halted()))) {
      send(host, "a", 10, 3);
      host.watermark(100);

      assertThat(host.timeouts).isEmpty();
      assertThat(host.count("rule.halted.timeouts")).isEqualTo(1);
    }
  }

  @Test
  void whatARulesLimitsDropIsCountedInAllAndByRule() throws Exception {
    String limited =
        Plans.halted()
            .replace(
                "\"timeouts\":",
                "\"limits\":{\"open\":2,\"matches_per_event\":1,\"policy\":\"drop_oldest\"},"
                    + "\"timeouts\":");
    try (Host host = Host.onHeap(Plans.with(limited))) {
      for (int i = 0; i < 5; i++) {
        send(host, "e" + i, 10 + i, 3);
      }
      host.watermark(20);
      assertThat(host.count("open_partial_matches")).isEqualTo(2);
      assertThat(host.count("dropped_partial_matches")).isEqualTo(3);
      assertThat(host.count("rule.halted.dropped_partial_matches")).isEqualTo(3);
      assertThat(host.count("rule.halted.dropped_matches")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKeyHasAtMostTwoTimersAndIsFreedWhenNothingIsLeft(boolean rocksDb) throws Exception {
    try (Host host = new Host(Plans.all(), backend(rocksDb))) {
      for (int i = 0; i < 20; i++) {
        send(host, "e" + i, 100 - i, 1 + i % 4);
      }
      assertThat(host.keys()).isZero();
      assertThat(host.timers()).isZero();
      host.watermark(90);
      assertThat(host.keys()).isEqualTo(2);
      assertThat(host.timers()).isBetween(2, 4);

      host.watermark(1_000);

      assertThat(host.keys()).isZero();
      assertThat(host.timers()).isZero();
    }
  }

  @Test
  void anIdentityIsHandledOnceWithinTheHorizon() throws Exception {
    Plans plans = Plans.with(Plans.rise()).deduplication(100);
    try (Host host = Host.onHeap(plans)) {
      send(host, "a", 10, 1);
      send(host, "b", 30, 2);
      send(host, "a", 10, 1);
      send(host, "b", 40, 2);
      host.watermark(45);
      assertThat(host.matches).hasSize(1);
      host.restart(1);

      send(host, "b", 46, 2);
      host.watermark(100);

      assertThat(host.matches).hasSize(1);
      // Three repeats, each under two keys.
      assertThat(host.count("duplicates")).isEqualTo(6);

      send(host, "a", 111, 1);
      send(host, "b", 131, 2);
      host.watermark(200);
      assertThat(host.matches).hasSize(2);
      assertThat(host.count("duplicates")).isEqualTo(6);

      host.watermark(1_000);
      assertThat(host.keys()).isZero();
    }
  }

  @Test
  void withoutAHorizonARepeatedIdentityIsAnotherEvent() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.rise()))) {
      send(host, "a", 10, 1);
      send(host, "b", 30, 2);
      send(host, "a", 10, 1);
      host.watermark(45);

      assertThat(host.matches).hasSize(2);
      assertThat(host.count("duplicates")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRemovedRuleLosesItsPartialMatchesAndTheOthersKeepTheirs(boolean rocksDb) throws Exception {
    try (Host host = new Host(Plans.with(Plans.rise(), Plans.calm()), backend(rocksDb))) {
      send(host, "a", 10, 1);
      host.watermark(11);
      assertThat(host.count("open_partial_matches")).isEqualTo(2);

      host.restart(1, Plans.with(Plans.rise()));
      // Only when the key is next read: others may be a million.
      assertThat(host.count("open_partial_matches")).isEqualTo(2);

      send(host, "b", 20, 2);
      host.watermark(21);
      assertThat(host.count("open_partial_matches")).isZero();
      assertThat(host.count("dropped_partial_matches")).isEqualTo(1);
      host.watermark(100);
      assertThat(host.matches).extracting(m -> m.rule().id()).containsExactly("rise");
      assertThat(host.keys()).isZero();
    }
  }

  @Test
  void aRuleOfAnotherStructureStartsAnew() throws Exception {
    String stages =
        Plans.stage("low", "readings", "begin", 1)
            + ","
            + Plans.stage("high", "stops", "relaxed", 2);
    try (Host host = Host.onHeap(Plans.with(Plans.rise()))) {
      send(host, "a", 10, 1);
      host.watermark(11);

      host.restart(1, Plans.with(Plans.rule("rise", "other", 0, true, 40, "no_skip", stages)));
      send(host, "b", 20, 2);
      host.watermark(100);

      assertThat(host.matches).isEmpty();
      assertThat(host.count("dropped_partial_matches")).isEqualTo(1);
      assertThat(host.count("open_partial_matches")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void partialMatchesAndPendingEventsSurviveAnAddedField(boolean rocksDb) throws Exception {
    Plans plans = Plans.with(Plans.rise()).window(1);
    try (Host host = new Host(plans, backend(rocksDb))) {
      for (int i = 0; i < Plans.WINDOW_LENGTH - 1; i++) {
        send(host, "w" + i, i, 4);
      }
      send(host, "opened", 10, 1);
      host.watermark(11);
      send(host, "pending", 15, 1);

      host.restart(1, Plans.with(Plans.rise()).window(1).extraField());

      send(host, "closing", 20, 2);
      host.watermark(100);
      assertThat(host.matches)
          .extracting(match -> match.events().get(0).identity())
          .containsExactlyInAnyOrder("opened", "pending");
      assertThat(host.matches)
          .extracting(match -> match.window().values())
          .containsOnly(new float[] {2, 10, 15, 20, 4, 1, 1, 2});
    }
  }

  @Test
  void aFieldThatChangesItsTypeIsRefusedWithAReason() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.rise()))) {
      send(host, "a", 10, 1);
      host.watermark(11);
      Plans other = Plans.with(Plans.rise()).withTypeOfX("string");

      assertThatThrownBy(() -> host.restart(1, other))
          .rootCause()
          .hasMessageContaining("field 'x' was double and is now string");
    }
  }

  @Test
  void theCountsSurviveARestoreInAnotherParallelism() throws Exception {
    try (Host host = Host.onHeap(Plans.all())) {
      for (int i = 0; i < 30; i++) {
        host.send(
            Plans.event(
                host.plan(), 0, "e" + i, "robot-" + i, "line-" + i % 2, 100 + i, 1 + i % 4));
      }
      host.watermark(120);
      List<Long> before = List.of(host.count("events"), host.count("pending"));

      host.restart(3);
      assertThat(List.of(host.count("events"), host.count("pending"))).isEqualTo(before);
      host.restart(2);
      assertThat(List.of(host.count("events"), host.count("pending"))).isEqualTo(before);
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
