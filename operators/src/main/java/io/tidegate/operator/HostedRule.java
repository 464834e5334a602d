package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.expression.Parameters;
import io.tidegate.match.Matcher;
import io.tidegate.plan.RuleDefinition;

/** A rule as one operator instance runs it. Not thread-safe: the matcher owns working space. */
final class HostedRule {
  final RuleDefinition definition;
  final Matcher<Event> matcher;

  /** Under which number keys keep this rule's state. */
  final long stateId;

  /** Under which number keys keep the rule's last match; it outlives a change of structure. */
  final long coolDownId;

  final Parameters parameters;

  HostedRule(RuleDefinition definition) {
    this.definition = definition;
    this.matcher = new Matcher<>(definition.automaton(), definition.limits());
    this.stateId = RuleStates.id(definition.id(), definition.reference().fingerprint());
    this.coolDownId = RuleStates.id(definition.id(), "cool-down");
    this.parameters = definition.parameters();
  }
}
