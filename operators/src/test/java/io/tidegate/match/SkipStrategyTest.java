package io.tidegate.match;

import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.followedByAny;
import static io.tidegate.match.Script.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SkipStrategyTest {

  private static Script aThenBs(SkipStrategy skip) {
    return Script.of(0, skip, begin("a").times(Times.atLeast(1)), followedBy("b"));
  }

  @Test
  void noSkipKeepsEveryMatch() {
    assertThat(aThenBs(SkipStrategy.noSkip()).on("a a b").matches())
        .containsExactlyInAnyOrder("a=0,1 b=2", "a=0 b=2", "a=1 b=2");
  }

  @Test
  void skipToNextKeepsOneMatchOfEachFirstEvent() {
    assertThat(aThenBs(SkipStrategy.skipToNext()).on("a a b").matches())
        .containsExactly("a=0,1 b=2", "a=1 b=2");
  }

  @Test
  void skipPastLastEventKeepsMatchesThatDoNotOverlap() {
    assertThat(aThenBs(SkipStrategy.skipPastLastEvent()).on("a a b a b").matches())
        .containsExactly("a=0,1 b=2", "a=3 b=4");
  }

  @Test
  void skipToFirstDropsWhatBeganBeforeTheFirstEventOfAStage() {
    assertThat(
            Script.of(
                    0,
                    SkipStrategy.skipToFirst("c"),
                    begin("a").times(Times.atLeast(1)),
                    followedBy("c").times(Times.exactly(2)))
                .on("a a c c")
                .matches())
        .containsExactly("a=0,1 c=2,3");
  }

  @Test
  void skipToLastDropsWhatBeganBeforeTheLastEventOfAStage() {
    assertThat(aThenBs(SkipStrategy.skipToLast("a")).on("a a b").matches())
        .containsExactly("a=0,1 b=2", "a=1 b=2");
  }

  @Test
  void aMatchWaitsForAnEarlierPartialMatch() {
    EventCondition<TestEvent> sameValue =
        (event, matched) -> event.value() == matched.first(0).value();
    Script script =
        Script.of(
            10,
            SkipStrategy.skipPastLastEvent(),
            begin("x").where(null),
            followedBy("y").where(sameValue));
    assertThat(script.on("a1@1 a2@2 a2@3").matches()).isEmpty();
    assertThat(script.state.isEmpty()).isFalse();
    assertThat(script.until(11).matches()).containsExactly("x=1 y=2");
  }

  @Test
  void ofSeveralMatchesTheOneThatTookEventsEarlierIsKept() {
    assertThat(
            Script.of(
                    0,
                    SkipStrategy.skipPastLastEvent(),
                    begin("a"),
                    followedByAny("b"),
                    followedByAny("c"))
                .on("a b b c")
                .matches())
        .containsExactly("a=0 b=1 c=3");
  }

  @Test
  void aMissIsAnErrorWhereAskedFor() {
    SkipStrategy skip = SkipStrategy.skipToLast("b").orThrow();
    Script script = Script.of(0, skip, begin("a"), next("b").optional(true), next("c"));
    assertThat(script.on("a b c").matches()).containsExactly("a=0 b=1 c=2");
    assertThatThrownBy(() -> script.on("a c"))
        .isInstanceOf(PatternException.class)
        .hasMessage("stage 'b': cannot skip to it: the match has no event of it");
  }

  @Test
  void skippingToTheFirstEventOfAMatchIsAnErrorWhereAskedFor() {
    Script script = Script.of(0, SkipStrategy.skipToFirst("a").orThrow(), begin("a"), next("b"));
    assertThatThrownBy(() -> script.on("a b"))
        .isInstanceOf(PatternException.class)
        .hasMessage("stage 'a': cannot skip to it: it holds the match's first event");
  }
}
