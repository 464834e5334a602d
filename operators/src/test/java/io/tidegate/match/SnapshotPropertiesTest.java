package io.tidegate.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Laws of state and time, over the random patterns of {@link DifferentialTest}. */
class SnapshotPropertiesTest {

  @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
  void restoringAtAnyPointChangesNothing(@ForAll long seed) {
    RandomPattern pattern = compilable(seed);
    Random random = new Random(~seed);
    List<String> uninterrupted = run(pattern, state -> state, List.of());
    List<String> restored =
        run(
            pattern,
            state -> {
              if (random.nextInt(3) > 0) {
                return state;
              }
              byte[] bytes = Snapshots.write(state);
              MatcherState<TestEvent> read = Snapshots.read(bytes);
              assertThat(Snapshots.write(read)).isEqualTo(bytes);
              return read;
            },
            List.of());
    assertThat(restored).isEqualTo(uninterrupted);
  }

  @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
  void aCopyIsNotTouchedByWhatFollows(@ForAll long seed) {
    RandomPattern pattern = compilable(seed);
    List<MatcherState<TestEvent>> copies = new ArrayList<>();
    List<byte[]> asTheyWere = new ArrayList<>();
    run(
        pattern,
        state -> {
          copies.add(state.copy());
          asTheyWere.add(Snapshots.write(state));
          return state;
        },
        List.of());
    for (int i = 0; i < copies.size(); i++) {
      assertThat(Snapshots.write(copies.get(i))).isEqualTo(asTheyWere.get(i));
    }
  }

  @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
  void itMakesNoDifferenceInWhatStepsTimePasses(@ForAll long seed) {
    RandomPattern pattern = compilable(seed);
    Random random = new Random(~seed);
    List<Long> ticks = random.longs(20, 0, 40).sorted().boxed().toList();
    assertThat(run(pattern, state -> state, ticks))
        .isEqualTo(run(pattern, state -> state, List.of()));
  }

  private static RandomPattern compilable(long seed) {
    RandomPattern pattern = new RandomPattern(seed);
    try {
      Automaton.compile(pattern.ours());
    } catch (PatternException e) {
      Assume.that(false);
    }
    return pattern;
  }

  private interface Step {
    MatcherState<TestEvent> after(MatcherState<TestEvent> state);
  }

  /** Runs a pattern over its events; time also advances to each tick on the way. */
  private static List<String> run(RandomPattern pattern, Step step, List<Long> ticks) {
    Outcome outcome = new Outcome(pattern.names());
    Matcher<TestEvent> matcher = new Matcher<>(Automaton.compile(pattern.ours()));
    MatcherState<TestEvent> state = new MatcherState<>();
    int tick = 0;
    for (TestEvent event : pattern.events) {
      while (tick < ticks.size() && ticks.get(tick) <= event.timestamp()) {
        matcher.advanceTime(state, ticks.get(tick++), outcome);
      }
      matcher.advanceTime(state, event.timestamp(), outcome);
      state = step.after(state);
      matcher.offer(state, event, event.timestamp(), outcome);
      state = step.after(state);
      if (state.openMatches() > 3_000) {
        return outcome.inOrder();
      }
    }
    while (tick < ticks.size()) {
      matcher.advanceTime(state, ticks.get(tick++), outcome);
    }
    matcher.advanceTime(state, 1_000, outcome);
    return outcome.inOrder();
  }
}
