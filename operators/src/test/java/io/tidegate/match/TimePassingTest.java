package io.tidegate.match;

import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.next;
import static io.tidegate.match.Script.notFollowedBy;
import static io.tidegate.match.Script.notNext;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimePassingTest {
  private static final SkipStrategy ALL = SkipStrategy.noSkip();

  @Test
  void theEndOfTheWindowIsExcluded() {
    assertThat(Script.of(10, ALL, begin("a"), followedBy("b")).on("a@1 b@10").matches())
        .containsExactly("a=0 b=1");
    assertThat(Script.of(10, ALL, begin("a"), followedBy("b")).on("a@1 b@11").matches()).isEmpty();
  }

  @Test
  void aPartialMatchTimesOutWithoutAFurtherEvent() {
    Script script = Script.of(10, ALL, begin("a"), followedBy("b")).on("a@1 a@4");
    assertThat(script.matcher.nextDeadline(script.state)).isEqualTo(11);
    assertThat(script.until(11).timeouts()).containsExactly("a=0 at 11");
    assertThat(script.matcher.nextDeadline(script.state)).isEqualTo(14);
    assertThat(script.until(100).timeouts()).containsExactly("a=0 at 11", "a=1 at 14");
    assertThat(script.state.isEmpty()).isTrue();
  }

  @Test
  void aFinalAbsenceIsProvenByTimeAlone() {
    Script script = Script.of(10, ALL, begin("a"), notFollowedBy("b")).on("a@1 c@5");
    assertThat(script.until(10).matches()).isEmpty();
    assertThat(script.until(11).matches()).containsExactly("a=0");
    assertThat(script.timeouts()).isEmpty();
  }

  @Test
  void aFinalAbsenceIsBrokenByItsEvent() {
    Script script = Script.of(10, ALL, begin("a"), notFollowedBy("b")).on("a@1 b@10").until(50);
    assertThat(script.matches()).isEmpty();
    assertThat(script.state.isEmpty()).isTrue();
  }

  @Test
  void aLimitSincePreviousTimesOutWithoutAFurtherEvent() {
    Script script = Script.of(begin("a"), followedBy("b").withinPrevious(5)).on("a@1");
    assertThat(script.matcher.nextDeadline(script.state)).isEqualTo(6);
    assertThat(script.until(6).timeouts()).containsExactly("a=0 at 6");
  }

  @Test
  void anAbsenceWithALimitSincePreviousIsProvenByTimeAlone() {
    Script script =
        Script.of(begin("a"), followedBy("b"), notFollowedBy("c").withinPrevious(5)).on("a@1 b@20");
    assertThat(script.until(24).matches()).isEmpty();
    assertThat(script.until(25).matches()).containsExactly("a=0 b=1");
  }

  @Test
  void aRepetitionWindowTimesOutWithoutAFurtherEvent() {
    Script script =
        Script.of(begin("c"), followedBy("a").times(Times.exactly(2).within(3))).on("c@1");
    assertThat(script.until(4).timeouts()).containsExactly("c=0 at 4");
  }

  @Test
  void aDeadlineIsGoneWithThePartialMatch() {
    Script script = Script.of(10, ALL, begin("a"), next("b")).on("a@1 c@2");
    assertThat(script.matcher.nextDeadline(script.state)).isEqualTo(Long.MAX_VALUE);
    assertThat(script.state.isEmpty()).isTrue();
  }

  @Test
  void theGreatestTimeEndsEveryWindow() {
    Script script = Script.of(10, ALL, begin("a"), notFollowedBy("b")).on("a@1");
    assertThat(script.until(Long.MAX_VALUE).matches()).containsExactly("a=0");
  }

  @Test
  void withoutALimitNothingTimesOut() {
    Script script = Script.of(begin("a"), followedBy("b")).on("a@1").until(Long.MAX_VALUE);
    assertThat(script.timeouts()).isEmpty();
    assertThat(script.state.openMatches()).isEqualTo(1);
  }

  /** The reference loses these: FLINK-31040. */
  @Test
  void aLoopBeforeAFinalAbsenceMatchesAtEachCount() {
    Script script =
        Script.of(10, ALL, begin("a"), followedBy("b").times(Times.atLeast(1)), notFollowedBy("c"));
    assertThat(script.on("a@1 b@2 b@3").until(11).matches())
        .containsExactlyInAnyOrder("a=0 b=1", "a=0 b=1,2");
    assertThat(script.on("a@21 b@22 c@23").until(40).matches()).hasSize(2);
  }

  /** The reference loses this: FLINK-31040. */
  @Test
  void aGreedyLoopBeforeAFinalAbsenceMatchesOnce() {
    Script script =
        Script.of(
            10,
            ALL,
            begin("a"),
            followedBy("b").times(Times.atLeast(1)).greedy(true),
            notFollowedBy("c"));
    assertThat(script.on("a@1 b@2 b@3").until(11).matches()).containsExactly("a=0 b=1,2");
  }

  @Test
  void anUndecidedNotNextBeforeAFinalAbsenceTimesOut() {
    Script script =
        Script.of(10, ALL, begin("a"), notNext("b"), notFollowedBy("c")).on("a@1").until(11);
    assertThat(script.matches()).isEmpty();
    assertThat(script.timeouts()).containsExactly("a=0 at 11");
  }
}
