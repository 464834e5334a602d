package io.tidegate.match;

import static io.tidegate.match.Script.absentFor;
import static io.tidegate.match.Script.anyOf;
import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.group;
import static io.tidegate.match.Script.next;
import static io.tidegate.match.Script.notFollowedBy;
import static io.tidegate.match.Script.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbsentForTest {
  private static final SkipStrategy ALL = SkipStrategy.noSkip();

  @Test
  void atTheEndItCompletesTheMatchWhenItsTimeHasPassed() {
    Script script = Script.of(begin("a"), absentFor("x", 10)).on("a@1 c@5");
    assertThat(script.matcher.nextDeadline(script.state)).isEqualTo(11);
    assertThat(script.until(10).matches()).isEmpty();
    assertThat(script.until(11).matches()).containsExactly("a=0");
    assertThat(script.state.isEmpty()).isTrue();
    assertThat(script.timeouts()).isEmpty();
  }

  @Test
  void anEventThatFitsBeforeTheDeadlineBreaksItAndOneAtTheDeadlineDoesNot() {
    assertThat(Script.of(begin("a"), absentFor("x", 10)).on("a@1 x@10").until(50).matches())
        .isEmpty();
    assertThat(Script.of(begin("a"), absentFor("x", 10)).on("a@1 x@11").until(50).matches())
        .containsExactly("a=0");
  }

  @Test
  void inTheMiddleTimeMovesThePartialMatchOn() {
    Script script = Script.of(begin("a"), absentFor("x", 10), followedBy("b"));
    assertThat(script.on("a@1 b@5 c@8").matches()).isEmpty();
    assertThat(script.on("x@11 b@12").matches()).containsExactly("a=0 b=4");
  }

  @Test
  void theStageBehindItFollowsTheEndOfTheAbsence() {
    Script script = Script.of(begin("a"), absentFor("x", 10), next("b"));
    assertThat(script.on("a@1 c@5 b@11").matches()).containsExactly("a=0 b=2");
    Script limited = Script.of(begin("a"), absentFor("x", 10), followedBy("b").withinPrevious(5));
    assertThat(limited.on("a@1 b@15").matches()).containsExactly("a=0 b=1");
    assertThat(limited.on("a@20").until(35).timeouts()).containsExactly("a=2 at 35");
  }

  @Test
  void twoAbsencesComeOneAfterTheOther() {
    Script script = Script.of(begin("a"), absentFor("x", 10), absentFor("y", 5));
    assertThat(script.on("a@1 y@8").until(15).matches()).isEmpty();
    assertThat(script.until(16).matches()).containsExactly("a=0");
    assertThat(script.on("a@20 y@31").until(100).matches()).hasSize(1);
  }

  @Test
  void afterALoopItCountsFromTheLastOccurrenceOfEachBranch() {
    Script script =
        Script.of(begin("a"), followedBy("b").times(Times.atLeast(1)), absentFor("x", 10));
    assertThat(script.on("a@1 b@2 b@5").until(12).matches()).containsExactly("a=0 b=1");
    assertThat(script.until(15).matches()).containsExactly("a=0 b=1", "a=0 b=1,2");
    assertThat(script.on("b@40").until(50).matches()).contains("a=0 b=1,2,3");
  }

  @Test
  void anEventThatBreaksItLeavesTheLoopOpen() {
    Script script =
        Script.of(begin("a"), followedBy("b").times(Times.atLeast(1)), absentFor("x", 10));
    assertThat(script.on("a@1 b@2 x@5 b@6").until(16).matches()).containsExactly("a=0 b=1,3");
  }

  @Test
  void afterAGreedyLoopOnlyTheLongestCounts() {
    Script script =
        Script.of(
            begin("a"),
            followedBy("b").times(Times.atLeast(1)).greedy(true),
            absentFor("x", 10),
            followedBy("c"));
    assertThat(script.on("a@1 b@2 b@5 c@20").matches()).containsExactly("a=0 b=1,2 c=3");
  }

  @Test
  void afterAnOptionalStageItRunsWithAndWithoutIt() {
    Script script = Script.of(begin("a"), followedBy("b").optional(true), absentFor("x", 10));
    assertThat(script.on("a@1 b@4").until(100).matches()).containsExactly("a=0", "a=0 b=1");
    assertThat(script.on("a@201 x@203 b@204").until(300).matches()).contains("a=2 b=4").hasSize(3);
  }

  @Test
  void itMayEndAGroupAndAnAlternative() {
    Script repeated =
        Script.of(
            begin("c"),
            group(Contiguity.RELAXED, begin("a"), absentFor("x", 10)).times(Times.exactly(2)));
    assertThat(repeated.on("c@1 a@2 a@12").until(22).matches()).containsExactly("c=0 a=1,2");
    Script chosen =
        Script.of(
            begin("c"),
            anyOf(
                Contiguity.RELAXED,
                sequence(begin("a"), absentFor("x", 10)),
                sequence(begin("b"))));
    assertThat(chosen.on("c@1 a@2").until(12).matches()).containsExactly("c=0 a=1");
  }

  @Test
  void whatFollowsMayBeOptional() {
    Script script = Script.of(begin("a"), absentFor("x", 10), followedBy("b").optional(true));
    assertThat(script.on("a@1 b@15").matches()).containsExactly("a=0", "a=0 b=1");
  }

  @Test
  void atOneMomentItComesBeforeTheEndOfTheWindow() {
    Script last = Script.of(10, ALL, begin("a"), absentFor("x", 10)).on("a@1").until(11);
    assertThat(last.matches()).containsExactly("a=0");
    Script longer = Script.of(10, ALL, begin("a"), followedBy("b"), absentFor("x", 10));
    assertThat(longer.on("a@1 b@3").until(50).matches()).isEmpty();
    assertThat(longer.timeouts()).containsExactly("a=0 b=1 at 11");
  }

  @Test
  void aMatchEndsWithItsLastEventNotWithTheAbsence() {
    PatternDefinition<TestEvent> pattern =
        Script.pattern(0, ALL, begin("a"), absentFor("x", 10), absentFor("y", 10));
    Matcher<TestEvent> matcher = new Matcher<>(Automaton.compile(pattern));
    MatcherState<TestEvent> state = new MatcherState<>();
    List<Match<TestEvent>> found = new ArrayList<>();
    matcher.offer(state, new TestEvent(0, 7, 0, 0), 7, Collected.matches(found));
    matcher.advanceTime(state, 100, Collected.matches(found));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).startTimestamp()).isEqualTo(7);
    assertThat(found.get(0).endTimestamp()).isEqualTo(7);
  }

  /** A limit since the previous event on a final absence has a deadline in the loop before too. */
  @Test
  void aLoopBeforeAFinalAbsenceWithALimitNeedsNoFurtherEvent() {
    Script script =
        Script.of(
            begin("a"),
            followedBy("b").times(Times.atLeast(1)),
            notFollowedBy("c").withinPrevious(5));
    assertThat(script.on("a@1 b@2").until(7).matches()).containsExactly("a=0 b=1");
  }
}
