package io.tidegate.rules;

import io.tidegate.rules.RuleChange.Operation;

/** Changes as they are asked for, with a content that nothing here looks at. */
final class AskedChanges {
  private AskedChanges() {}

  /**
   * A change that has no stamp yet.
   *
   * @param asked event time from which it shall hold, or {@link RuleChange#NONE}
   */
  static RuleChange change(Operation operation, String request, String rule, long asked) {
    return new RuleChange(
        request,
        operation,
        rule,
        1,
        "f",
        "{}",
        0,
        "{}",
        null,
        null,
        0,
        asked,
        0,
        RuleChange.NONE,
        -1);
  }
}
