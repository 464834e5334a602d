package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The rules of an operator instance, found by the key expression, stream and fields of an event, so
 * that an event meets only the rules that it can begin a match of or do something to.
 */
final class RuleIndex {
  private final HostedRule[] rules;
  private final long[] stateIds;
  private final StreamIndex[][] indexes;
  private final Candidates candidates;
  private StreamIndex looking;

  /**
   * An index of rules.
   *
   * @param rules the rules, in any order
   * @param keys number of key expressions; rules refer to them by index
   * @param streams number of streams
   * @throws IllegalStateException when two rules have the same state id
   */
  RuleIndex(List<HostedRule> rules, int keys, int streams) {
    this.rules =
        rules.stream()
            .sorted(Comparator.comparingLong(rule -> rule.stateId))
            .toArray(HostedRule[]::new);
    stateIds = Arrays.stream(this.rules).mapToLong(rule -> rule.stateId).toArray();
    for (int i = 1; i < stateIds.length; i++) {
      if (stateIds[i] == stateIds[i - 1]) {
        throw new IllegalStateException(
            "rules "
                + this.rules[i - 1].definition.id()
                + " and "
                + this.rules[i].definition.id()
                + " have the same state id; rename one");
      }
    }
    candidates = new Candidates(this.rules.length);
    indexes = new StreamIndex[keys][streams];
    for (int key = 0; key < keys; key++) {
      for (int stream = 0; stream < streams; stream++) {
        indexes[key][stream] = new StreamIndex(this.rules, key, stream);
      }
    }
  }

  /** An index of the rules of a plan. */
  static RuleIndex of(PlanDefinition plan) {
    return new RuleIndex(
        plan.rules().stream().map(HostedRule::new).toList(),
        plan.keys().size(),
        plan.streams().length);
  }

  /** All rules, by state id. */
  HostedRule[] all() {
    return rules;
  }

  /**
   * The rules of a key expression that an event may begin a match of; every other rule's first
   * stage refuses it.
   *
   * @return by state id; valid until the next call
   */
  Candidates candidates(int key, int stream, Event event) {
    candidates.clear();
    looking = indexes[key][stream];
    looking.look(event, candidates);
    return candidates;
  }

  /**
   * All rules that the event that {@link #candidates} was last asked about may begin a match of or
   * do something to, instead of those that it may begin; null where they would be more than the
   * rules of which something is open.
   *
   * @param open number of rules of which something is open
   */
  Candidates concerned(int open) {
    if (looking.restless() > open) {
      return null;
    }
    candidates.clear();
    looking.lookAtAll(candidates);
    return candidates;
  }

  /** Whether an event may do anything under a key expression, whatever is open there. */
  boolean mayConcern(int key, Event event) {
    return indexes[key][event.stream].mayConcern(event);
  }

  /** A rule's place among all by its state id; below 0 for none. */
  int place(long stateId) {
    return Arrays.binarySearch(stateIds, stateId);
  }

  /**
   * Whether the event that {@link #candidates} was last asked about may do something to partial
   * matches of a rule; offering it to one that it does not concern would change nothing.
   *
   * @param place the rule's place
   * @param occupied the states they wait in, see {@link io.tidegate.match.MatcherState#occupied}
   */
  boolean concerns(int place, long occupied) {
    return looking.concerns(place, occupied);
  }

  /** The rule that keeps its state under an id, or null. */
  HostedRule byStateId(long id) {
    int at = place(id);
    return at < 0 ? null : rules[at];
  }
}
