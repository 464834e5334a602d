package io.tidegate.operator;

import io.tidegate.derive.DerivedField;
import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;

/**
 * Which events can do anything under a key, whatever is open there; all others need not go to it.
 *
 * <p>An event counts where it can begin a match of some rule or change what waits in some state of
 * one. Nothing is left out of a stream that is more than an input of patterns under the key: one
 * that the window or a derived field reads, or of which the first event of an identity is to be
 * told from its duplicates. Only for rules that stay as they are: one that comes later may be
 * concerned by what was left out.
 */
final class EventFilter {
  private final RuleIndex rules;

  /** By key and stream. */
  private final boolean[][] takesAll;

  /** The filter of a plan's rules. */
  EventFilter(PlanDefinition plan) {
    rules = RuleIndex.of(plan);
    takesAll = new boolean[plan.keys().size()][plan.streams().length];
    for (int key = 0; key < takesAll.length; key++) {
      for (int stream = 0; stream < plan.streams().length; stream++) {
        takesAll[key][stream] = plan.streams()[stream].deduplicationMs() > 0;
      }
      for (DerivedField field : plan.derived().get(key)) {
        takesAll[key][field.stream()] = true;
        takesAll[key][field.source()] = true;
      }
    }
    if (plan.window() != null) {
      takesAll[plan.window().key()][plan.window().stream()] = true;
    }
  }

  /** Whether an event can do anything under a key. */
  boolean passes(int key, Event event) {
    return takesAll[key][event.stream] || rules.mayConcern(key, event);
  }
}
