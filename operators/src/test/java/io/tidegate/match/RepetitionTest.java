package io.tidegate.match;

import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.followedByAny;
import static io.tidegate.match.Script.group;
import static io.tidegate.match.Script.is;
import static io.tidegate.match.Script.next;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RepetitionTest {

  @Test
  void timesCountsEventsThatMayBeApart() {
    Script script = Script.of(begin("a").times(Times.exactly(3)));
    assertThat(script.on("a c a a").matches()).containsExactly("a=0,2,3");
  }

  @Test
  void consecutiveOccurrencesFollowEachOtherDirectly() {
    Script script = Script.of(begin("a").times(Times.exactly(2)).consecutive());
    assertThat(script.on("a c a a").matches()).containsExactly("a=2,3");
  }

  @Test
  void combinationsLeaveOccurrencesOut() {
    Script script = Script.of(begin("a").times(Times.exactly(2)).allowCombinations());
    assertThat(script.on("a a a").matches()).containsExactly("a=0,1", "a=0,2", "a=1,2");
  }

  @Test
  void aRangeMatchesAtEachCount() {
    Script script =
        Script.of(begin("c"), followedBy("a").times(Times.between(1, 2)), followedBy("b"));
    assertThat(script.on("c a a b").matches())
        .containsExactlyInAnyOrder("c=0 a=1,2 b=3", "c=0 a=1 b=3");
  }

  @Test
  void aLoopMatchesAtEachCountFromItsLeast() {
    Script script = Script.of(begin("c"), followedBy("a").times(Times.atLeast(2)));
    assertThat(script.on("c a a a").matches()).containsExactly("c=0 a=1,2", "c=0 a=1,2,3");
  }

  @Test
  void aGreedyLoopTakesAllItCan() {
    Script script =
        Script.of(
            begin("c"), followedBy("a").times(Times.atLeast(1)).greedy(true), followedBy("b"));
    assertThat(script.on("c a a b").matches()).containsExactly("c=0 a=1,2 b=3");
  }

  @Test
  void anOptionalStageMayBeLeftOut() {
    Script script = Script.of(begin("c"), followedBy("a").optional(true), followedBy("b"));
    assertThat(script.on("c a b").matches()).containsExactlyInAnyOrder("c=0 a=1 b=2", "c=0 b=2");
  }

  @Test
  void timesFromZeroIsOptional() {
    Script script = Script.of(begin("c"), followedBy("a").times(Times.between(0, 2)), next("b"));
    assertThat(script.on("c b").matches()).containsExactly("c=0 b=1");
  }

  @Test
  void untilEndsALoop() {
    Script script =
        Script.of(
            begin("c"), followedBy("a").times(Times.atLeast(1)).until(is('d')), followedBy("b"));
    assertThat(script.on("c a d a b").matches()).containsExactly("c=0 a=1 b=4");
  }

  @Test
  void aRepetitionWindowLimitsTheTimeSinceTheEventBefore() {
    Script script = Script.of(begin("c"), followedByAny("a").times(Times.exactly(2).within(3)));
    assertThat(script.on("c@1 a@5 a@6").matches()).isEmpty();
    assertThat(script.on("c@11 a@13 a@14").matches()).containsExactly("c=3 a=4,5");
  }

  @Test
  void aGroupRepeatsAsAWhole() {
    Script script =
        Script.of(
            begin("c"),
            group(Contiguity.RELAXED, begin("a"), followedBy("b")).times(Times.exactly(2)),
            followedBy("d"));
    assertThat(script.on("c a b a a b d").matches()).containsExactly("c=0 a=1,3 b=2,5 d=6");
  }

  @Test
  void groupsNest() {
    Script script =
        Script.of(
            begin("d"),
            group(
                    Contiguity.RELAXED,
                    begin("a"),
                    group(Contiguity.RELAXED, begin("b"), followedBy("c")).times(Times.exactly(2)))
                .optional(true),
            followedBy("e"));
    assertThat(script.on("d a b c b c e").matches())
        .containsExactlyInAnyOrder("d=0 a=1 b=2,4 c=3,5 e=6", "d=0 e=6");
  }

  @Test
  void aLongLoopIsNoDeepRecursion() {
    Script script =
        Script.of(
            begin("c"), followedBy("a").times(Times.atLeast(1)).greedy(true), followedBy("b"));
    String events = "c" + " a".repeat(20_000) + " b";
    assertThat(script.on(events).matches()).hasSize(1);
    Script counted = Script.of(begin("c"), followedBy("a").times(Times.exactly(500)));
    assertThat(counted.on("c" + " a".repeat(500)).matches()).hasSize(1);
  }

  @Test
  void aMatchThatAnEventCompletesByItsAbsenceIsFoundWhileTheGroupGoesOn() {
    Script script =
        Script.of(
            group(Contiguity.BEGIN, begin("b")).times(Times.between(1, 2)), Script.notNext("c"));

    assertThat(script.on("b a").matches()).containsExactly("b=0");
  }
}
