package io.tidegate.operator;

import java.util.function.Function;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;

/** What is counted of one rule, all its versions together. */
final class RuleCounters {
  /** For rules that run where nothing is counted. */
  static final RuleCounters UNSEEN = new RuleCounters(name -> new SimpleCounter());

  final Counter offered;
  final Counter matches;
  final Counter timeouts;
  final Counter cooledDown;
  final Counter droppedPartialMatches;
  final Counter droppedMatches;

  /**
   * Counters of a rule.
   *
   * @param counters makes or finds a counter by its name
   */
  RuleCounters(Function<String, Counter> counters) {
    offered = counters.apply("events");
    matches = counters.apply("matches");
    timeouts = counters.apply("timeouts");
    cooledDown = counters.apply("cooled_down");
    droppedPartialMatches = counters.apply("dropped_partial_matches");
    droppedMatches = counters.apply("dropped_matches");
  }
}
