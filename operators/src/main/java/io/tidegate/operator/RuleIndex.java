package io.tidegate.operator;

import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleDefinition;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of an operator instance, found by the key expression and stream of an event, so that an
 * event meets only the rules that read its stream.
 */
final class RuleIndex {
  private final HostedRule[] rules;
  private final HostedRule[][][] byKeyAndStream;
  private final Map<Long, HostedRule> byStateId = new HashMap<>();

  RuleIndex(PlanDefinition plan) {
    List<RuleDefinition> definitions = plan.rules();
    rules =
        definitions.stream()
            .map(HostedRule::new)
            .sorted(Comparator.comparingLong(rule -> rule.stateId))
            .toArray(HostedRule[]::new);
    for (HostedRule rule : rules) {
      HostedRule other = byStateId.put(rule.stateId, rule);
      if (other != null) {
        throw new IllegalStateException(
            "rules "
                + other.definition.id()
                + " and "
                + rule.definition.id()
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
    return byStateId.get(id);
  }
}
