package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The rules of an operator instance, found by the key expression and stream of an event, so that an
 * event meets only the rules that read its stream.
 */
final class RuleIndex {
  private final HostedRule[] rules;
  private final long[] stateIds;
  private final HostedRule[][][] byKeyAndStream;
  private final Candidates candidates;

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
    byKeyAndStream = new HostedRule[keys][streams][];
    for (int key = 0; key < keys; key++) {
      for (int stream = 0; stream < streams; stream++) {
        byKeyAndStream[key][stream] = select(key, stream);
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

  private HostedRule[] select(int key, int stream) {
    return Arrays.stream(rules)
        .filter(rule -> rule.definition.key() == key && rule.definition.reads(stream))
        .toArray(HostedRule[]::new);
  }

  /** All rules, by state id. */
  HostedRule[] all() {
    return rules;
  }

  /** The rules of a key expression that read a stream, by state id; not to be written to. */
  HostedRule[] of(int key, int stream) {
    return byKeyAndStream[key][stream];
  }

  /**
   * The rules of a key expression that an event may begin a match of; every other rule's first
   * stage refuses it.
   *
   * @return by state id; valid until the next call
   */
  Candidates candidates(int key, int stream, Event event) {
    candidates.clear();
    for (HostedRule rule : byKeyAndStream[key][stream]) {
      candidates.add(rule);
    }
    return candidates;
  }

  /** The rule that keeps its state under an id, or null. */
  HostedRule byStateId(long id) {
    int at = Arrays.binarySearch(stateIds, id);
    return at < 0 ? null : rules[at];
  }
}
