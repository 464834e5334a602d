package io.tidegate.match;

import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.followedByAny;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateTest {

  @Test
  void aNewStateIsEmptyAndSoIsOneInWhichNothingIsOpen() {
    Script script = Script.of(begin("a"), followedBy("b"));
    assertThat(script.state.isEmpty()).isTrue();
    assertThat(script.on("c").state.isEmpty()).isTrue();
    assertThat(script.on("a").state.isEmpty()).isFalse();
    assertThat(script.on("b").state.isEmpty()).isTrue();
  }

  @Test
  void anEventSharedByPartialMatchesIsWrittenOnce() throws IOException {
    Script script =
        Script.of(
            begin("a"),
            followedByAny("b").times(Times.atLeast(1)).allowCombinations(),
            followedBy("c"));
    script.on("a b b b b");
    assertThat(script.state.openMatches()).isGreaterThan(10);
    List<TestEvent> written = new ArrayList<>();
    script.state.write(
        new DataOutputStream(new ByteArrayOutputStream()), (event, out) -> written.add(event));
    assertThat(written).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void aCopyIsIndependent() {
    Script script = Script.of(begin("a"), followedBy("b"), followedBy("c")).on("a");
    MatcherState<TestEvent> before = script.state.copy();
    script.on("b c");
    assertThat(script.matches()).hasSize(1);
    script.state = before;
    assertThat(script.state.openMatches()).isEqualTo(1);
    script.on("b c");
    assertThat(script.matches()).containsExactly("a=0 b=1 c=2", "a=0 b=3 c=4");
  }

  @Test
  void aStateOfAnotherStructureIsRefused() {
    Script script = Script.of(begin("a"), followedBy("b")).on("a");
    Script other = Script.of(begin("a"), followedByAny("b"));
    other.state = script.state;
    assertThatThrownBy(() -> other.on("b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another structure");
  }

  @Test
  void anUnknownFormatIsRefused() {
    byte[] bytes = {99, 0, 0, 0, 0};
    assertThatThrownBy(
            () ->
                MatcherState.read(new DataInputStream(new ByteArrayInputStream(bytes)), in -> null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 99");
  }

  @Test
  void anEventThatNothingWaitsForLeavesTheStateAsItIs() {
    Script script = Script.of(begin("a"), followedBy("b")).on("a");
    byte[] before = Snapshots.write(script.state);
    script.on("c d e");
    assertThat(Snapshots.write(script.state)).isEqualTo(before);
  }

  @Test
  void whatCanStartAMatchIsKnownWithoutAState() {
    Script script = Script.of(begin("a"), followedBy("b"));
    assertThat(script.matcher.canStart(new TestEvent(0, 0, 0, 0))).isTrue();
    assertThat(script.matcher.canStart(new TestEvent(0, 0, 1, 0))).isFalse();
  }

  @Test
  void signaturesTellStructuresApart() {
    int signature = Script.of(begin("a"), followedBy("b")).matcher.automaton().signature();
    assertThat(Script.of(begin("x"), followedBy("y")).matcher.automaton().signature())
        .isEqualTo(signature);
    assertThat(Script.of(begin("a"), followedByAny("b")).matcher.automaton().signature())
        .isNotEqualTo(signature);
  }
}
