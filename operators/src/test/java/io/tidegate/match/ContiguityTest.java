package io.tidegate.match;

import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.followedByAny;
import static io.tidegate.match.Script.is;
import static io.tidegate.match.Script.next;
import static io.tidegate.match.Script.notFollowedBy;
import static io.tidegate.match.Script.notNext;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContiguityTest {

  @Test
  void nextTakesOnlyTheVeryNextEvent() {
    assertThat(Script.of(begin("a"), next("b")).on("a c b b").matches()).isEmpty();
    assertThat(Script.of(begin("a"), next("b")).on("a b b").matches()).containsExactly("a=0 b=1");
  }

  @Test
  void followedBySkipsToTheFirstEventThatFits() {
    assertThat(Script.of(begin("a"), followedBy("b")).on("a c b b").matches())
        .containsExactly("a=0 b=2");
  }

  @Test
  void followedByAnyTakesEachEventThatFits() {
    assertThat(Script.of(begin("a"), followedByAny("b")).on("a c b b").matches())
        .containsExactly("a=0 b=2", "a=0 b=3");
  }

  @Test
  void everyEventThatFitsTheFirstStageBeginsAMatch() {
    assertThat(Script.of(begin("a"), followedBy("b")).on("a a b").matches())
        .containsExactly("a=0 b=2", "a=1 b=2");
  }

  @Test
  void notNextForbidsTheVeryNextEvent() {
    Script script = Script.of(begin("a"), notNext("b"), followedBy("c"));
    assertThat(script.on("a b c").matches()).isEmpty();
    assertThat(script.on("a d b c").matches()).containsExactly("a=3 c=6");
  }

  @Test
  void notNextAtTheEndIsDecidedByTheNextEvent() {
    Script script = Script.of(begin("a"), notNext("b"));
    assertThat(script.on("a").matches()).isEmpty();
    assertThat(script.on("c").matches()).containsExactly("a=0");
    assertThat(script.on("a b").matches()).containsExactly("a=0");
  }

  @Test
  void notFollowedByForbidsAnEventUpToTheNextStage() {
    Script script = Script.of(begin("a"), notFollowedBy("b"), followedBy("c"));
    assertThat(script.on("a d b c").matches()).isEmpty();
    assertThat(script.on("a d c b").matches()).containsExactly("a=4 c=6");
  }

  @Test
  void aForbiddenEventMayComeOnceAnOptionalStageBetweenIsTaken() {
    Script script =
        Script.of(
            begin("a"), notFollowedBy("b"), followedByAny("c").optional(true), followedByAny("d"));
    assertThat(script.on("a c b d").matches()).containsExactly("a=0 c=1 d=3");
  }

  /** The reference fails here on the first event. */
  @Test
  void anOptionalGreedyLoopWithUntilMayFollowAnAbsence() {
    Script script =
        Script.of(
            begin("a"),
            notFollowedBy("b"),
            followedBy("c").times(Times.atLeast(1)).optional(true).greedy(true).until(is('e')),
            followedBy("d"));
    // After an absence greed does not keep an optional loop from being left out.
    assertThat(script.on("a c c d").matches()).containsExactly("a=0 c=1,2 d=3", "a=0 d=3");
    assertThat(script.on("a b d").matches()).hasSize(2);
    assertThat(script.on("a d").matches()).hasSize(3).last().isEqualTo("a=7 d=8");
  }

  @Test
  void aConditionSeesWhatThePartialMatchHasTaken() {
    EventCondition<TestEvent> greater =
        (event, matched) -> event.kind() == 1 && event.value() > matched.last(0).value();
    Script script = Script.of(begin("a"), followedBy("b").where(greater));
    assertThat(script.on("a5 a2 b4 b9").matches()).containsExactly("a=1 b=2", "a=0 b=3");
  }

  @Test
  void aStageWithoutConditionTakesEveryEvent() {
    assertThat(Script.of(begin("a"), next("x").where(null)).on("a c").matches())
        .containsExactly("a=0 x=1");
  }
}
