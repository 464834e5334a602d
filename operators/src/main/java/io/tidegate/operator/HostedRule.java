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

  /** Whether a parameter has values of its own for some keys. */
  final boolean variesByKey;

  /** Whether new matches may begin; otherwise those that are open are finished. */
  final boolean begins;

  /** Id and version in the form of {@link MatchIds#form}. */
  final byte[] idForm;

  /** By stage: its name in that form. */
  final byte[][] stageIdForms;

  /** What is counted of it. */
  RuleCounters counters = RuleCounters.UNSEEN;

  HostedRule(RuleDefinition definition) {
    this(definition, 0, true);
  }

  /**
   * A rule.
   *
   * @param epoch tells its state from that of the same structure at another time, see {@link
   *     RuleSet.Kept}
   * @param begins whether new matches may begin
   */
  HostedRule(RuleDefinition definition, long epoch, boolean begins) {
    this.definition = definition;
    this.matcher = new Matcher<>(definition.automaton(), definition.limits(), begins);
    this.begins = begins;
    this.stateId = RuleStates.id(definition.id(), definition.reference().fingerprint(), epoch);
    this.coolDownId = RuleStates.id(definition.id(), "cool-down", 0);
    this.parameters = definition.parameters();
    this.variesByKey = parameters.varyByKey();
    this.idForm =
        MatchIds.form(definition.id(), Integer.toString(definition.reference().version()));
    this.stageIdForms = definition.stageNames().stream().map(MatchIds::form).toArray(byte[][]::new);
  }
}
