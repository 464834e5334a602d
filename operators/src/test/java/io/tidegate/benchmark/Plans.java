package io.tidegate.benchmark;

import io.tidegate.plan.PlanDefinition;
import java.util.HashMap;
import java.util.Map;

/**
 * Plans by their text, read once a thread: their conditions hold scratch space, so no two threads
 * share one.
 *
 * <p>What needs a plan asks for it when it is deserialized, which is before the first event, so
 * that no run pays for the reading.
 */
final class Plans {
  private static final ThreadLocal<Map<String, PlanDefinition>> READ =
      ThreadLocal.withInitial(HashMap::new);

  private Plans() {}

  /** The plan of a text. */
  static PlanDefinition of(String planText) {
    return READ.get().computeIfAbsent(planText, PlanDefinition::parse);
  }
}
