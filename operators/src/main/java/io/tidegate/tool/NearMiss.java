package io.tidegate.tool;

import io.tidegate.event.Event;
import io.tidegate.match.Match;
import io.tidegate.match.MatchedEvents;
import io.tidegate.plan.RuleDefinition;
import io.tidegate.plan.StageConditions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The attempt of a rule that came closest to a match, and what stopped it.
 *
 * @param rule the rule
 * @param key the key's text; null where no event of any key began a match
 * @param attempt how far it came
 * @param offered the events that it was offered in vain
 * @param refusals by stage that it waited for
 */
record NearMiss(
    RuleDefinition rule, String key, Attempt attempt, List<Event> offered, List<Refusal> refusals) {

  /** The closest first: fewest events needed, fewest terms failed, these by the least. */
  static final Comparator<NearMiss> CLOSEST_FIRST =
      Comparator.<NearMiss>comparingInt(miss -> miss.attempt.partial().eventsNeeded())
          .thenComparingInt(NearMiss::failed)
          .thenComparingDouble(NearMiss::distance);

  /** Looks for what stopped an attempt. */
  static NearMiss of(
      RuleDefinition rule,
      String key,
      Attempt attempt,
      List<Event> events,
      StageConditions conditions) {
    List<Event> offered = attempt.offered(events);
    MatchedEvents<Event> matched = attempt.taken() == null ? NOTHING : attempt.taken();
    List<Refusal> refusals = new ArrayList<>();
    for (int stage : attempt.partial().waitsFor()) {
      refusals.add(Refusal.of(rule.stageNames().get(stage), conditions, offered, matched));
    }
    return new NearMiss(rule, key, attempt, offered, refusals);
  }

  /** Number of events that it had taken. */
  int eventsTaken() {
    Match<Event> taken = attempt.taken();
    return taken == null ? 0 : taken.size();
  }

  private int failed() {
    return refusals.stream()
        .filter(refusal -> refusal.closest() != null)
        .mapToInt(refusal -> refusal.failed().size())
        .min()
        .orElse(Integer.MAX_VALUE);
  }

  private double distance() {
    return refusals.stream().mapToDouble(Refusal::distance).min().orElse(Double.MAX_VALUE);
  }

  private static final MatchedEvents<Event> NOTHING =
      new MatchedEvents<>() {
        @Override
        public int count(int stage) {
          return 0;
        }

        @Override
        public Event first(int stage) {
          return null;
        }

        @Override
        public Event last(int stage) {
          return null;
        }

        @Override
        public Event get(int stage, int index) {
          return null;
        }

        @Override
        public void forEach(int stage, Consumer<? super Event> consumer) {
          // There are none.
        }
      };
}
