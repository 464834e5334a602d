package io.tidegate.match;

import static io.tidegate.match.Script.allOf;
import static io.tidegate.match.Script.anyOf;
import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.group;
import static io.tidegate.match.Script.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChoiceTest {

  @Test
  void theFirstEventThatFitsDecidesForAnAlternative() {
    Script script =
        Script.of(
            begin("a"),
            anyOf(Contiguity.RELAXED, sequence(begin("b")), sequence(begin("c"), followedBy("d"))));
    assertThat(script.on("a e b").matches()).containsExactly("a=0 b=2");
    assertThat(script.on("a c e b d").matches()).containsExactly("a=0 b=2", "a=3 c=4 d=7");
  }

  @Test
  void anEventThatFitsSeveralOpensEachOfThem() {
    Script script =
        Script.of(
            begin("a"), anyOf(Contiguity.RELAXED, sequence(begin("b1")), sequence(begin("b2"))));
    assertThat(script.on("a b").matches()).containsExactlyInAnyOrder("a=0 b1=1", "a=0 b2=1");
    assertThat(script.state.isEmpty()).isTrue();
  }

  @Test
  void strictAlternativesTakeTheVeryNextEvent() {
    Script script =
        Script.of(begin("a"), anyOf(Contiguity.STRICT, sequence(begin("b")), sequence(begin("c"))));
    assertThat(script.on("a e b").matches()).isEmpty();
    assertThat(script.on("a c").matches()).containsExactly("a=3 c=4");
  }

  @Test
  void withRelaxedAnyEveryAlternativeStaysOpen() {
    Script script =
        Script.of(
            begin("a"), anyOf(Contiguity.RELAXED_ANY, sequence(begin("b")), sequence(begin("c"))));
    assertThat(script.on("a b c b").matches()).containsExactly("a=0 b=1", "a=0 c=2", "a=0 b=3");
  }

  @Test
  void aPatternMayBeginWithAChoice() {
    Script script =
        Script.of(
            anyOf(Contiguity.BEGIN, sequence(begin("a")), sequence(begin("b"), followedBy("c"))),
            followedBy("d"));
    assertThat(script.on("a b c d").matches()).containsExactlyInAnyOrder("a=0 d=3", "b=1 c=2 d=3");
  }

  @Test
  void aChoiceMayBeRepeatedAndMixed() {
    Script script =
        Script.of(
            begin("a"),
            anyOf(Contiguity.RELAXED, sequence(begin("b")), sequence(begin("c")))
                .times(Times.exactly(2)),
            followedBy("d"));
    assertThat(script.on("a c e b d").matches()).containsExactly("a=0 b=3 c=1 d=4");
  }

  @Test
  void aLoopOfAChoiceSkipsWhatFitsNothingOnce() {
    Script script =
        Script.of(
            begin("a"),
            anyOf(Contiguity.RELAXED, sequence(begin("b")), sequence(begin("c"), followedBy("e")))
                .times(Times.atLeast(1)),
            followedBy("d"));
    assertThat(script.on("a b f f c f e f d").matches())
        .containsExactlyInAnyOrder("a=0 b=1 d=8", "a=0 b=1 c=4 e=6 d=8");
  }

  @Test
  void anOptionalChoiceMayBeLeftOut() {
    Script script =
        Script.of(
            begin("a"),
            anyOf(Contiguity.RELAXED, sequence(begin("b")), sequence(begin("c"))).optional(true),
            followedBy("d"));
    assertThat(script.on("a f f d").matches()).containsExactly("a=0 d=3");
    assertThat(script.on("a c d").matches()).contains("a=4 c=5 d=6");
  }

  @Test
  void allOfTakesItsStagesInAnyOrder() {
    Script script =
        Script.of(begin("a"), allOf(Contiguity.RELAXED, begin("b"), begin("c"), begin("d")));
    assertThat(script.on("a d f b b c").matches()).containsExactly("a=0 b=3 c=5 d=1");
    assertThat(script.on("a b c d").matches()).hasSize(2);
  }

  @Test
  void allOfMayBeConsecutive() {
    Script script =
        Script.of(begin("a"), allOf(Contiguity.RELAXED, begin("b"), begin("c")).consecutive());
    assertThat(script.on("a f c b").matches()).containsExactly("a=0 b=3 c=2");
    assertThat(script.on("a c f b").matches()).hasSize(1);
  }

  @Test
  void allOfInAGroupIsRepeatedWithIt() {
    Script script =
        Script.of(
            begin("a"),
            group(Contiguity.RELAXED, allOf(Contiguity.BEGIN, begin("b"), begin("c")))
                .times(Times.exactly(2)));
    assertThat(script.on("a c b b c").matches()).containsExactly("a=0 b=2,3 c=1,4");
  }
}
