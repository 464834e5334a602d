package io.tidegate.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/**
 * Holds the matcher to Flink's own NFA: random patterns over all operators, random events with ties
 * and gaps.
 *
 * <p>{@code -Dtidegate.match.cases=N} sets how many patterns are tried, 2,000 if nothing is said.
 *
 * <p>Time passes tick by tick on both sides, because Flink's result depends on how far it jumps.
 */
class DifferentialTest {
  private static final int BATCHES = 10;
  private static final int CASES = Integer.getInteger("tidegate.match.cases", 2_000);

  /** Beyond so many open partial matches a case only costs time. */
  private static final int TOO_MANY = 3_000;

  @Property(tries = BATCHES, shrinking = ShrinkingMode.OFF)
  void findsWhatFlinkFinds(@ForAll long seed) {
    Random seeds = new Random(seed);
    for (int i = 0; i < CASES / BATCHES; i++) {
      long caseSeed = seeds.nextLong();
      assertThat(difference(caseSeed)).as("seed %d", caseSeed).isNull();
    }
  }

  /**
   * Each way to repeat a stage or a group, each way to repeat it loosely, before each last stage.
   */
  @Test
  void findsWhatFlinkFindsBehindEveryRepetition() {
    List<Times> repetitions =
        List.of(
            Times.exactly(2),
            Times.between(1, 2),
            Times.between(1, 3),
            Times.between(2, 3),
            Times.atLeast(1),
            Times.atLeast(2));
    List<Contiguity> inner = List.of(Contiguity.RELAXED, Contiguity.RELAXED_ANY, Contiguity.STRICT);
    List<Contiguity> last =
        List.of(Contiguity.NOT_NEXT, Contiguity.STRICT, Contiguity.RELAXED, Contiguity.RELAXED_ANY);
    for (boolean group : new boolean[] {true, false}) {
      for (Times times : repetitions) {
        for (Contiguity between : inner) {
          for (Contiguity end : last) {
            for (String events : List.of("bacabda", "bbabcba", "bcbaabb")) {
              RandomPattern pattern =
                  new RandomPattern(repeated(group, times, between, end), 9, events);
              assertThat(compare(pattern)).as("%s", pattern).isNull();
            }
          }
        }
      }
    }
  }

  private static List<RandomStage> repeated(
      boolean group, Times times, Contiguity inner, Contiguity last) {
    RandomStage begin = stage("s0", Contiguity.BEGIN, 'b');
    RandomStage repeated = begin;
    if (group) {
      repeated = new RandomStage();
      repeated.contiguity = Contiguity.BEGIN;
      repeated.group = List.of(begin);
    }
    repeated.times = times;
    repeated.inner = inner;
    return List.of(repeated, stage("s1", last, last == Contiguity.NOT_NEXT ? 'c' : 'a'));
  }

  private static RandomStage stage(String name, Contiguity contiguity, char kind) {
    RandomStage stage = new RandomStage();
    stage.name = name;
    stage.contiguity = contiguity;
    stage.condition = new RandomCondition(1 << kind - 'a', RandomCondition.Form.NOTHING, null);
    return stage;
  }

  /** The difference that a seed's pattern shows, or null. */
  static String difference(long seed) {
    RandomPattern pattern = new RandomPattern(seed);
    if (isKnownDefect(pattern)) {
      return null;
    }
    String refusal = refusal(pattern);
    boolean oracleRefuses = oracleRefuses(pattern);
    if (refusal != null || oracleRefuses) {
      boolean explained = oracleRefuses == (refusal != null) || isRefusedByUsOnly(refusal);
      return explained ? null : "ours: " + refusal + ", theirs: " + oracleRefuses + "\n" + pattern;
    }
    String difference = compare(pattern);
    if (difference != null) {
      shrink(pattern);
      difference = compare(pattern) + "\n" + pattern;
    }
    return difference;
  }

  private static String refusal(RandomPattern pattern) {
    try {
      Automaton.compile(pattern.ours());
      return null;
    } catch (PatternException e) {
      return e.getMessage();
    }
  }

  private static boolean oracleRefuses(RandomPattern pattern) {
    try {
      new FlinkOracle(pattern);
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      return true;
    }
  }

  private static boolean isRefusedByUsOnly(String refusal) {
    return refusal != null
        && (refusal.contains("might take no event for ever")
            || refusal.contains("an absence needs an event to count from"));
  }

  /** What the reference is known to get wrong; each has a test of what ours does. */
  private static boolean isKnownDefect(RandomPattern pattern) {
    return losesFinalAbsence(pattern.stages) || losesGreedyUntil(pattern.stages);
  }

  /** A stage that may be left and may go on, before a final absence: FLINK-31040. */
  private static boolean losesFinalAbsence(List<RandomStage> stages) {
    int last = stages.size() - 1;
    return last > 0
        && stages.get(last).contiguity == Contiguity.NOT_FOLLOWED_BY
        && mayEndEarly(stages.get(last - 1));
  }

  /** An optional greedy loop with until, after an absence: it fails on the first event. */
  private static boolean losesGreedyUntil(List<RandomStage> stages) {
    boolean absence = false;
    for (RandomStage stage : stages) {
      absence |= stage.contiguity == Contiguity.NOT_FOLLOWED_BY;
      if (absence && stage.greedy && stage.until != null && stage.mayBeLeft()) {
        return true;
      }
      if (stage.group != null && losesGreedyUntil(stage.group)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayEndEarly(RandomStage stage) {
    if (stage.times != null && stage.times.min() != stage.times.max()) {
      return true;
    }
    if (stage.group == null) {
      return false;
    }
    RandomStage last = stage.group.get(stage.group.size() - 1);
    return last.mayBeLeft() || mayEndEarly(last);
  }

  private static String compare(RandomPattern pattern) {
    Outcome ours = new Outcome(pattern.names());
    Outcome theirs = new Outcome(pattern.names());
    Matcher<TestEvent> matcher = new Matcher<>(Automaton.compile(pattern.ours()));
    MatcherState<TestEvent> state = new MatcherState<>();
    FlinkOracle oracle = new FlinkOracle(pattern);
    try {
      long now = 0;
      for (TestEvent event : pattern.events) {
        now = advance(now, event.timestamp(), matcher, state, ours, oracle, theirs);
        ours.step("event " + event.id());
        theirs.step("event " + event.id());
        matcher.offer(state, event, event.timestamp(), ours);
        oracle.offer(event, theirs);
        if (state.openMatches() > TOO_MANY || oracle.open() > TOO_MANY) {
          break;
        }
      }
      advance(now, now + 30, matcher, state, ours, oracle, theirs);
    } catch (Exception e) {
      return "failed: " + e;
    }
    List<String> left = ours.sorted();
    List<String> right = theirs.sorted();
    if (left.equals(right)) {
      return null;
    }
    List<String> missing = new ArrayList<>(right);
    left.forEach(missing::remove);
    List<String> surplus = new ArrayList<>(left);
    right.forEach(surplus::remove);
    return "only theirs: " + missing + "\nonly ours: " + surplus + "\nall theirs: " + right;
  }

  private static long advance(
      long from,
      long to,
      Matcher<TestEvent> matcher,
      MatcherState<TestEvent> state,
      Outcome ours,
      FlinkOracle oracle,
      Outcome theirs)
      throws Exception {
    for (long now = from; now <= to; now++) {
      ours.step("time " + now);
      theirs.step("time " + now);
      matcher.advanceTime(state, now, ours);
      oracle.advanceTime(now, theirs);
    }
    return to;
  }

  /** Leaves out events as long as a difference remains. */
  private static void shrink(RandomPattern pattern) {
    for (int i = pattern.events.size() - 1; i >= 0; i--) {
      TestEvent event = pattern.events.remove(i);
      if (compare(pattern) == null) {
        pattern.events.add(i, event);
      }
    }
  }
}
