package io.tidegate.match;

import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.followedByAny;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LimitsTest {
  private static final SkipStrategy ALL = SkipStrategy.noSkip();

  private static Script limited(Limits limits, SkipStrategy skip) {
    return Script.of(
        Script.pattern(0, skip, begin("a"), followedBy("b").withinPrevious(100)), limits);
  }

  @Test
  void theOldestPartialMatchesAreDropped() {
    Script script = limited(new Limits(2, 10, Limits.Policy.DROP_OLDEST), ALL).on("a a a");
    assertThat(script.state.openMatches()).isEqualTo(2);
    assertThat(script.dropped()).containsExactly("1 PARTIAL_MATCHES");
    assertThat(script.on("b").matches()).containsExactly("a=1 b=3", "a=2 b=3");
  }

  @Test
  void theNewestPartialMatchesAreDropped() {
    for (Limits.Policy policy : List.of(Limits.Policy.DROP_NEWEST, Limits.Policy.QUARANTINE)) {
      Script script = limited(new Limits(2, 10, policy), ALL).on("a a a a");
      assertThat(script.dropped()).containsExactly("1 PARTIAL_MATCHES", "1 PARTIAL_MATCHES");
      assertThat(script.on("b").matches()).containsExactly("a=0 b=4", "a=1 b=4");
      assertThat(script.matcher.limits().policy()).isEqualTo(policy);
    }
  }

  @Test
  void theFirstMatchesOfAnEventAreEmitted() {
    Script script = limited(new Limits(10, 2, Limits.Policy.DROP_OLDEST), ALL).on("a a a a b");
    assertThat(script.matches()).containsExactly("a=0 b=4", "a=1 b=4");
    assertThat(script.dropped()).containsExactly("2 MATCHES");
    assertThat(script.on("a b").matches()).hasSize(3);
  }

  @Test
  void theFirstMatchesOfADeadlineAreEmitted() {
    Script script =
        Script.of(
            Script.pattern(0, ALL, begin("a"), Script.absentFor("x", 10)),
            new Limits(10, 2, Limits.Policy.DROP_OLDEST));
    script.on("a@1 a@1 a@1").until(11);
    assertThat(script.matches()).containsExactly("a=0", "a=1");
    assertThat(script.dropped()).containsExactly("1 MATCHES");
  }

  @Test
  void matchesThatAreHeldBackCountAsOpen() {
    EventCondition<TestEvent> above =
        (event, matched) -> event.kind() == 1 && event.value() >= matched.first(0).value();
    Script script =
        Script.of(
            Script.pattern(0, SkipStrategy.skipToNext(), begin("a"), followedBy("b").where(above)),
            new Limits(3, 10, Limits.Policy.DROP_OLDEST));
    script.on("a9 a1 b1 a1 b1");
    assertThat(script.matches()).isEmpty();
    script.on("a1 b1");
    // The one that holds them back is the oldest.
    assertThat(script.dropped()).containsExactly("1 PARTIAL_MATCHES");
    assertThat(script.matches()).containsExactly("a=1 b=2", "a=3 b=4", "a=5 b=6");
  }

  @Test
  void limitsBelowOneAreRefused() {
    assertThatThrownBy(() -> new Limits(0, 1, Limits.Policy.DROP_OLDEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void whatIsDroppedDoesNotDependOnSnapshotsOrSteps(@ForAll long seed) {
    RandomPattern pattern = new RandomPattern(seed);
    try {
      Automaton.compile(pattern.ours());
    } catch (PatternException e) {
      Assume.that(false);
    }
    Random random = new Random(seed);
    Limits limits =
        new Limits(
            1 + random.nextInt(4),
            1 + random.nextInt(3),
            Limits.Policy.values()[random.nextInt(3)]);
    Outcome plain = run(pattern, limits, false);
    assertThat(run(pattern, limits, true).inOrder()).isEqualTo(plain.inOrder());
  }

  private static Outcome run(RandomPattern pattern, Limits limits, boolean disturbed) {
    Outcome outcome = new Outcome(pattern.names());
    Matcher<TestEvent> matcher = new Matcher<>(Automaton.compile(pattern.ours()), limits);
    MatcherState<TestEvent> state = new MatcherState<>();
    long now = 0;
    for (TestEvent event : pattern.events) {
      for (; disturbed && now < event.timestamp(); now++) {
        matcher.advanceTime(state, now, outcome);
        state = Snapshots.read(Snapshots.write(state));
      }
      matcher.advanceTime(state, event.timestamp(), outcome);
      matcher.offer(state, event, event.timestamp(), outcome);
      assertThat(state.openMatches()).isLessThanOrEqualTo(limits.open());
    }
    matcher.advanceTime(state, 1_000, outcome);
    return outcome;
  }

  /** Every event doubles the branches of a loop with all combinations. */
  @Test
  @Timeout(120)
  void aRuleThatEverythingFitsStaysWithinASmallHeap() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                Explosion.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains("open 10000").contains("most matches of an event 1000");
    assertThat(process.exitValue()).isZero();
  }

  /** The program of the test above. */
  static final class Explosion {
    private Explosion() {}

    public static void main(String[] args) {
      PatternDefinition<TestEvent> pattern =
          Script.pattern(
              400,
              ALL,
              begin("a").where(null),
              followedByAny("b").where(null).times(Times.atLeast(1)).allowCombinations(),
              followedBy("c").where(null));
      Matcher<TestEvent> matcher = new Matcher<>(Automaton.compile(pattern), Limits.DEFAULT);
      MatcherState<TestEvent> state = new MatcherState<>();
      long[] counts = new long[3];
      MatchOutput<TestEvent> out =
          new MatchOutput<>() {
            @Override
            public void match(Match<TestEvent> match) {
              counts[0]++;
            }

            @Override
            public void timeout(Match<TestEvent> partial, long timestamp) {
              // Of no interest here.
            }

            @Override
            public void dropped(Dropped what, int count) {
              counts[1] += count;
            }
          };
      for (int i = 0; i < 1_000; i++) {
        counts[0] = 0;
        matcher.advanceTime(state, i, out);
        matcher.offer(state, new TestEvent(i, i, i % 3, i), i, out);
        counts[2] = Math.max(counts[2], counts[0]);
      }
      if (counts[1] == 0) {
        throw new IllegalStateException("nothing was dropped");
      }
      System.out.println("open " + state.openMatches() + ", most matches of an event " + counts[2]);
    }
  }
}
