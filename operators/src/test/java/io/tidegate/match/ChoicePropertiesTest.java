package io.tidegate.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Holds what the reference does not have, choices, stages in any order and absences with a
 * duration, to every way of laying the pattern over the events.
 *
 * <p>{@code -Dtidegate.match.cases=N} sets how many patterns are tried, 2,000 if nothing is said.
 */
class ChoicePropertiesTest {
  private static final int BATCHES = 10;
  private static final int CASES = Integer.getInteger("tidegate.match.cases", 2_000);

  /** Beyond so many open partial matches a case only costs time. */
  private static final int TOO_MANY = 3_000;

  /** No deadline is later. */
  private static final long END = 200;

  @Property(tries = BATCHES, shrinking = ShrinkingMode.OFF)
  void findsEveryWayToLayThePatternOverTheEvents(@ForAll long seed) {
    Random seeds = new Random(seed);
    for (int i = 0; i < CASES / BATCHES; i++) {
      long caseSeed = seeds.nextLong();
      RandomChoices pattern = new RandomChoices(caseSeed);
      List<String> expected = isRefused(pattern) ? null : BruteForce.matches(pattern);
      Outcome found = expected == null ? null : run(pattern, UnaryOperator.identity(), true);
      if (found != null && !found.isPartial) {
        assertThat(matches(found)).as("seed %dL%n%s", caseSeed, pattern).isEqualTo(expected);
      }
    }
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void restoringAtAnyPointChangesNothing(@ForAll long seed) {
    RandomChoices pattern = acceptable(seed);
    Random random = new Random(~seed);
    UnaryOperator<MatcherState<TestEvent>> restoring =
        state -> random.nextInt(3) > 0 ? state : Snapshots.read(Snapshots.write(state));
    assertThat(run(pattern, restoring, true).sorted())
        .isEqualTo(run(pattern, UnaryOperator.identity(), true).sorted());
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void itMakesNoDifferenceInWhatStepsTimePasses(@ForAll long seed) {
    RandomChoices pattern = acceptable(seed);
    assertThat(run(pattern, UnaryOperator.identity(), false).inOrder())
        .isEqualTo(run(pattern, UnaryOperator.identity(), true).inOrder());
  }

  private static RandomChoices acceptable(long seed) {
    RandomChoices pattern = new RandomChoices(seed);
    Assume.that(!isRefused(pattern));
    return pattern;
  }

  private static boolean isRefused(RandomChoices pattern) {
    try {
      Automaton.compile(pattern.ours());
      return false;
    } catch (PatternException e) {
      return true;
    }
  }

  /** Matches in the form of {@link BruteForce}. */
  private static List<String> matches(Outcome found) {
    return found.sorted().stream().filter(line -> line.contains(" match ")).toList();
  }

  private static Outcome run(
      RandomChoices pattern, UnaryOperator<MatcherState<TestEvent>> between, boolean smallSteps) {
    return run(pattern, between, smallSteps, new Outcome(pattern.ours().stageNames()));
  }

  /** Runs a pattern over its events; time passes in steps of a millisecond, or as they come. */
  private static Outcome run(
      RandomChoices pattern,
      UnaryOperator<MatcherState<TestEvent>> between,
      boolean smallSteps,
      Outcome outcome) {
    Matcher<TestEvent> matcher = new Matcher<>(Automaton.compile(pattern.ours()));
    MatcherState<TestEvent> state = new MatcherState<>();
    long now = 0;
    for (TestEvent event : pattern.events) {
      for (now = smallSteps ? now + 1 : event.timestamp(); now <= event.timestamp(); now++) {
        outcome.step("time " + now);
        matcher.advanceTime(state, now, outcome);
        state = between.apply(state);
      }
      now = event.timestamp();
      outcome.step("event " + event.id());
      matcher.offer(state, event, now, outcome);
      state = between.apply(state);
      if (state.openMatches() > TOO_MANY) {
        outcome.isPartial = true;
        return outcome;
      }
    }
    for (now = smallSteps ? now + 1 : END; now <= END; now++) {
      outcome.step("time " + now);
      matcher.advanceTime(state, now, outcome);
      state = between.apply(state);
    }
    return outcome;
  }
}
