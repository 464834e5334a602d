package io.tidegate.tool;

import io.tidegate.event.Event;
import io.tidegate.match.Progress;
import io.tidegate.operator.RoutedKey;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleDefinition;
import io.tidegate.plan.StageConditions;
import io.tidegate.tool.Attempt.Ending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds, for every rule and key without a match, how far the best partial match came. */
final class NearMisses {
  /** Keys that are looked at closely for each that is shown. */
  private static final int CANDIDATES = 4;

  private final String planText;
  private final PlanDefinition plan;
  private final Map<RoutedKey, List<Event>> offered;
  private final boolean close;

  /**
   * Over the events of one run.
   *
   * @param offered the events that the rules of each key saw, in order
   * @param close whether time passed on behind the last one
   */
  NearMisses(
      String planText, PlanDefinition plan, Map<RoutedKey, List<Event>> offered, boolean close) {
    this.planText = planText;
    this.plan = plan;
    this.offered = offered;
    this.close = close;
  }

  /**
   * What came closest.
   *
   * @param matched keys with a match by rule id, left out
   * @param most so many of a rule
   * @return by rule id; a rule that was not even begun has one without a key
   */
  Map<String, List<NearMiss>> closest(Map<String, Set<String>> matched, int most) {
    Map<String, List<NearMiss>> found = new LinkedHashMap<>();
    for (RuleDefinition rule : plan.rules()) {
      Set<String> without = matched.getOrDefault(rule.id(), Set.of());
      found.put(rule.id(), closest(rule, without, most));
    }
    return found;
  }

  private List<NearMiss> closest(RuleDefinition rule, Set<String> matched, int most) {
    Map<String, List<Attempt>> attempts = new LinkedHashMap<>();
    Map<String, List<Event>> events = new LinkedHashMap<>();
    List<Event> all = new ArrayList<>();
    offered.forEach(
        (key, seen) -> {
          if (key.expression() == rule.key() && !matched.contains(key.text())) {
            List<Event> read = seen.stream().filter(e -> rule.reads(e.stream)).toList();
            rule.parameters().select(key.text());
            List<Attempt> made = Attempts.of(rule, read, close);
            all.addAll(read);
            if (!made.isEmpty()) {
              attempts.put(key.text(), made);
              events.put(key.text(), read);
            }
          }
        });
    StageConditions conditions = new StageConditions(planText, rule.id());
    if (attempts.isEmpty()) {
      return matched.isEmpty() ? List.of(unbegun(rule, all, conditions)) : List.of();
    }
    List<NearMiss> misses = new ArrayList<>();
    attempts.entrySet().stream()
        .sorted(Comparator.comparingInt(each -> furthest(each.getValue())))
        .limit((long) most * CANDIDATES)
        .forEach(
            each -> {
              List<Event> read = events.get(each.getKey());
              each.getValue().stream()
                  .map(one -> NearMiss.of(rule, each.getKey(), one, read, conditions))
                  .min(NearMiss.CLOSEST_FIRST)
                  .ifPresent(misses::add);
            });
    misses.sort(NearMiss.CLOSEST_FIRST);
    return misses.subList(0, Math.min(most, misses.size()));
  }

  private static int furthest(List<Attempt> attempts) {
    return attempts.get(0).partial().eventsNeeded();
  }

  private static NearMiss unbegun(
      RuleDefinition rule, List<Event> events, StageConditions conditions) {
    Progress<Event> progress = new Progress<>(rule.automaton());
    long last = events.isEmpty() ? 0 : events.get(events.size() - 1).timestamp;
    Attempt none = new Attempt(progress.beginning(), 0, events.size(), Ending.STILL_OPEN, last, -1);
    return NearMiss.of(rule, null, none, events, conditions);
  }
}
