package io.tidegate.operator;

import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleDefinition;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The rules of an operator instance, found by the key expression and stream of an event, so that an
 * event meets only the rules that read its stream.
 */
final class RuleIndex {
  private final HostedRule[] rules;
  private final HostedRule[][][] byKeyAndStream;
  private final long[] stateIds;

  RuleIndex(PlanDefinition plan) {
    List<RuleDefinition> definitions = plan.rules();
    rules =
        definitions.stream()
            .map(HostedRule::new)
            .sorted(Comparator.comparingLong(rule -> rule.stateId))
            .toArray(HostedRule[]::new);
    stateIds = Arrays.stream(rules).mapToLong(rule -> rule.stateId).toArray();
    for (int i = 1; i < rules.length; i++) {
      if (stateIds[i] == stateIds[i - 1]) {
        throw new IllegalStateException(
            "rules "
                + rules[i - 1].definition.id()
                + " and "
                + rules[i].definition.id()
                + " have the same state id; rename one");
      }
    }
    byKeyAndStream = new HostedRule[plan.keys().size()][plan.streams().length][];
    for (int key = 0; key < byKeyAndStream.length; key++) {
      for (int stream = 0; stream < byKeyAndStream[key].length; stream++) {
        byKeyAndStream[key][stream] = select(key, stream);
      }
    }
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

  /** The rule that keeps its state under an id, or null. */
  HostedRule byStateId(long id) {
    int at = Arrays.binarySearch(stateIds, id);
    return at < 0 ? null : rules[at];
  }
}
