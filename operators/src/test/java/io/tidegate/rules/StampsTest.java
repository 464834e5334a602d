package io.tidegate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.rules.RuleChange.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StampsTest {
  private final List<String> out = new ArrayList<>();
  private final List<RuleChange> stamped = new ArrayList<>();
  private final Stamps.Output output =
      new Stamps.Output() {
        @Override
        public void stamped(RuleChange change) {
          stamped.add(change);
          out.add(change.request() + "@" + change.stamp());
        }

        @Override
        public void refused(RuleChange change, String reason) {
          out.add(change.request() + ": " + reason);
        }
      };

  private static Stamps fresh(Map<String, Long> logged) {
    return new Stamps(new Stamps.Snapshot(Long.MIN_VALUE, 0, List.of(), null), logged);
  }

  private static RuleChange change(String request, String rule, long asked) {
    return AskedChanges.change(Operation.PUSH, request, rule, asked);
  }

  private static RuleAck ack(RuleChange change, int router, int routers, long upTo) {
    return new RuleAck(change, router, routers, upTo);
  }

  private void stamp(Stamps stamps, String request, String rule, long asked) {
    stamps.acknowledge(ack(change(request, rule, asked), 0, 1, RuleChange.NONE), output);
  }

  /** Restored after the first of two routers had acknowledged a change at 500. */
  private Stamps restoredHalfWay(RuleChange change) {
    Stamps stamps = fresh(Map.of());
    stamps.acknowledge(ack(change, 0, 2, 500), output);
    return new Stamps(stamps.snapshot(), Map.of());
  }

  @Test
  void aChangeIsStampedWhenTheLastRouterHasAcknowledgedIt() {
    Stamps stamps = fresh(Map.of());
    stamps.advance(100);
    RuleChange change = change("a", "r", RuleChange.NONE);
    stamps.acknowledge(ack(change, 0, 3, 500), output);
    stamps.acknowledge(ack(change, 2, 3, 700), output);
    stamps.acknowledge(ack(change, 2, 3, 700), output);
    assertThat(out).isEmpty();
    stamps.acknowledge(ack(change, 1, 3, RuleChange.NONE), output);

    // Beyond every event that went without.
    assertThat(out).containsExactly("a@701");
  }

  @Test
  void aRouterThatHasAcknowledgedDoesNotDoSoAgainAfterARestore() {
    RuleChange change = change("a", "r", RuleChange.NONE);
    Stamps restored = restoredHalfWay(change);
    restored.acknowledge(ack(change, 1, 2, 300), output);

    assertThat(out).containsExactly("a@501");
  }

  @Test
  void inAnotherParallelismAllRoutersAcknowledgeAnew() {
    RuleChange change = change("a", "r", RuleChange.NONE);
    Stamps restored = restoredHalfWay(change);
    restored.acknowledge(ack(change, 1, 3, 500), output);
    restored.acknowledge(ack(change, 2, 3, 500), output);
    assertThat(out).isEmpty();
    restored.acknowledge(ack(change, 0, 3, 500), output);

    assertThat(out).containsExactly("a@501");
  }

  @Test
  void aChangeThatNeedsNothingNewIsStampedJustBeyondTheWatermark() {
    Stamps stamps = fresh(Map.of());
    stamps.advance(100);
    stamp(stamps, "a", "r", RuleChange.NONE);

    assertThat(out).containsExactly("a@101");
  }

  @Test
  void beforeAnyEventAChangeHoldsFromTheBeginning() {
    Stamps stamps = fresh(Map.of());
    stamp(stamps, "a", "r", RuleChange.NONE);

    assertThat(out).containsExactly("a@0");
  }

  @Test
  void anAskedTimeIsKeptUnlessItHasPassed() {
    Stamps stamps = fresh(Map.of());
    stamps.advance(100);
    stamp(stamps, "a", "r", 101);
    stamp(stamps, "b", "s", 100);

    assertThat(out)
        .containsExactly(
            "a@101",
            "b: its time 1970-01-01T00:00:00.100Z has passed; the earliest it could hold from is"
                + " 1970-01-01T00:00:00.101Z");
  }

  @Test
  void aLaterChangeTakesThePlaceOfOneThatWaitsForAnAskedTime() {
    Stamps stamps = fresh(Map.of());
    stamps.advance(100);
    stamp(stamps, "a", "r", 5_000);
    stamp(stamps, "other", "s", 5_000);
    stamp(stamps, "b", "r", RuleChange.NONE);

    assertThat(out)
        .containsExactly(
            "a@5000", "other@5000", "a: change b took its place while it waited", "b@101");
  }

  @Test
  void changesOfOneRuleKeepTheOrderOfTheLog() {
    Stamps stamps = fresh(Map.of());
    RuleChange needsTime = change("a", "r", RuleChange.NONE);
    stamps.acknowledge(ack(needsTime, 0, 1, 900), output);
    stamp(stamps, "b", "r", RuleChange.NONE);
    stamp(stamps, "c", "s", RuleChange.NONE);

    assertThat(out).containsExactly("a@901", "b@901", "c@0");
    assertThat(stamped).extracting(RuleChange::sequence).containsExactly(0L, 1L, 2L);
  }

  @Test
  void aLoggedStampIsUsedAgainAndTimeWaitsForItsChange() {
    Stamps stamps = fresh(Map.of("a", 300L));
    assertThat(stamps.advance(100)).isEqualTo(100);
    assertThat(stamps.advance(1_000)).isEqualTo(299);
    stamp(stamps, "a", "r", RuleChange.NONE);
    assertThat(stamps.advance(1_000)).isEqualTo(1_000);

    assertThat(out).containsExactly("a@300");
  }

  @Test
  void timeGoesOnWhenTheLogDoesNotBringAChangeAgain() {
    Stamps stamps = fresh(Map.of("a", 300L));
    stamps.advance(1_000);
    stamps.forgetExpected();

    assertThat(stamps.advance(1_000)).isEqualTo(1_000);
  }

  @Test
  void nothingIsStampedBehindWhatARestoredStateHadReached() {
    Stamps stamps = fresh(Map.of());
    stamps.advance(500);
    stamp(stamps, "a", "r", 900);
    Stamps restored = new Stamps(stamps.snapshot(), Map.of("a", 900L));
    assertThat(restored.expects()).isFalse();
    restored.advance(20);
    stamp(restored, "b", "s", RuleChange.NONE);
    stamp(restored, "c", "r", RuleChange.NONE);

    assertThat(out)
        .containsExactly("a@900", "b@501", "a: change c took its place while it waited", "c@501");
  }

  /** The law that the pattern operator relies on. */
  @Property(tries = 500)
  void everyStampIsBeyondAllTimeThatWasLetThrough(
      @ForAll @Size(max = 40) List<@IntRange(min = -50, max = 50) Integer> steps) {
    Stamps stamps = fresh(Map.of("r7", 30L));
    long let = Long.MIN_VALUE;
    long time = 0;
    for (int i = 0; i < steps.size(); i++) {
      int step = steps.get(i);
      if (step > 0) {
        time += step;
        let = stamps.advance(time);
      } else {
        long asked = step < -25 ? time - step - 40 : RuleChange.NONE;
        int before = stamped.size();
        RuleChange change = change("r" + i, "rule-" + step % 3, asked);
        stamps.acknowledge(ack(change, 0, 1, time + step), output);
        for (RuleChange one : stamped.subList(before, stamped.size())) {
          assertThat(one.stamp()).isGreaterThan(let).isGreaterThan(time + step);
        }
      }
    }
  }
}
