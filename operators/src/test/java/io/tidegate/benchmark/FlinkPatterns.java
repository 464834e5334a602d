package io.tidegate.benchmark;

import io.tidegate.event.Event;
import io.tidegate.match.PatternDefinition;
import io.tidegate.match.SkipStrategy;
import io.tidegate.match.StageDefinition;
import io.tidegate.match.Times;
import io.tidegate.plan.PlanDefinition;
import java.time.Duration;
import java.util.List;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.WithinType;

/** Rules of a plan as Flink patterns, so that the peer runs the same rules by construction. */
final class FlinkPatterns {
  private final String planText;
  private final AfterMatchSkipStrategy skip;

  private FlinkPatterns(String planText, AfterMatchSkipStrategy skip) {
    this.planText = planText;
    this.skip = skip;
  }

  /**
   * The pattern of a plan of one rule.
   *
   * @throws IllegalArgumentException where Flink has nothing for a part of it
   */
  static Pattern<Event, ?> of(String planText) {
    PatternDefinition<Event> rule = PlanDefinition.parse(planText).rules().get(0).pattern();
    FlinkPatterns patterns = new FlinkPatterns(planText, skip(rule.skip()));
    Pattern<Event, Event> pattern = patterns.chain(rule.stages());
    return rule.withinMillis() > 0
        ? pattern.within(Duration.ofMillis(rule.withinMillis()))
        : pattern;
  }

  private Pattern<Event, Event> chain(List<StageDefinition<Event>> stages) {
    Pattern<Event, Event> pattern = null;
    for (StageDefinition<Event> stage : stages) {
      pattern = quantified(stage.isGroup() ? group(pattern, stage) : named(pattern, stage), stage);
    }
    return pattern;
  }

  private Pattern<Event, Event> named(Pattern<Event, Event> before, StageDefinition<Event> stage) {
    String name = stage.name();
    Pattern<Event, Event> pattern =
        switch (stage.contiguity()) {
          case BEGIN -> Pattern.begin(name, skip);
          case STRICT -> before.next(name);
          case RELAXED -> before.followedBy(name);
          case RELAXED_ANY -> before.followedByAny(name);
          case NOT_NEXT -> before.notNext(name);
          case NOT_FOLLOWED_BY -> before.notFollowedBy(name);
          default -> throw unknown(stage);
        };
    return stage.condition() == null
        ? pattern
        : pattern.where(FlinkCondition.of(planText, name, false));
  }

  private Pattern<Event, Event> group(Pattern<Event, Event> before, StageDefinition<Event> stage) {
    Pattern<Event, Event> inside = chain(stage.stages());
    return switch (stage.contiguity()) {
      case BEGIN -> Pattern.begin(inside, skip);
      case STRICT -> before.next(inside);
      case RELAXED -> before.followedBy(inside);
      case RELAXED_ANY -> before.followedByAny(inside);
      default -> throw unknown(stage);
    };
  }

  private static IllegalArgumentException unknown(StageDefinition<Event> stage) {
    return new IllegalArgumentException("Flink has no " + stage.contiguity());
  }

  private Pattern<Event, Event> quantified(
      Pattern<Event, Event> pattern, StageDefinition<Event> stage) {
    Pattern<Event, Event> result = pattern;
    Times times = stage.times();
    if (times != null) {
      Duration window = times.windowMillis() > 0 ? Duration.ofMillis(times.windowMillis()) : null;
      result =
          times.isLoop()
              ? result.timesOrMore(Math.max(1, times.min()), window)
              : result.times(times.min(), times.max(), window);
      switch (stage.inner()) {
        case STRICT -> result = result.consecutive();
        case RELAXED_ANY -> result = result.allowCombinations();
        default -> {
          // Relaxed is what Flink does unasked.
        }
      }
    }
    if (stage.greedy()) {
      result = result.greedy();
    }
    if (stage.optional()) {
      result = result.optional();
    }
    if (stage.until() != null) {
      result = result.until(FlinkCondition.of(planText, stage.name(), true));
    }
    return stage.withinPreviousMillis() > 0
        ? result.within(
            Duration.ofMillis(stage.withinPreviousMillis()), WithinType.PREVIOUS_AND_CURRENT)
        : result;
  }

  private static AfterMatchSkipStrategy skip(SkipStrategy skip) {
    return switch (skip.type()) {
      case NO_SKIP -> AfterMatchSkipStrategy.noSkip();
      case SKIP_TO_NEXT -> AfterMatchSkipStrategy.skipToNext();
      case SKIP_PAST_LAST_EVENT -> AfterMatchSkipStrategy.skipPastLastEvent();
      case SKIP_TO_FIRST -> AfterMatchSkipStrategy.skipToFirst(skip.stage());
      case SKIP_TO_LAST -> AfterMatchSkipStrategy.skipToLast(skip.stage());
    };
  }
}
