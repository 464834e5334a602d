package io.tidegate.operator;

import io.tidegate.plan.RuleCompiler;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleChange.Operation;

/** Changes of the rules of {@link Plans}, as they come out of the gate or the stamper. */
final class Changes {
  static final String[] KEYS = {
    "{\"streams\":{\"readings\":[\"robot\"],\"stops\":[\"robot\"]}}",
    "{\"streams\":{\"readings\":[\"line\"],\"stops\":[\"line\"]}}",
    "{\"streams\":{\"readings\":[\"robot\",\"line\"]}}"
  };

  private Changes() {}

  static RuleChange push(String request, String rule, int key) {
    var json = RuleCompiler.tree("rule", rule);
    return new RuleChange(
        request,
        Operation.PUSH,
        json.path("id").asText(),
        json.path("version").asInt(),
        json.path("fingerprint").asText(),
        RuleCompiler.withKey(json, key),
        key,
        KEYS[key],
        null,
        null,
        0,
        RuleChange.NONE,
        0,
        RuleChange.NONE,
        -1);
  }

  static RuleChange remove(String request, String rule) {
    return bare(request, Operation.REMOVE, rule, 0);
  }

  static RuleChange quarantine(String request, String rule, long since) {
    return bare(request, Operation.QUARANTINE, rule, since);
  }

  private static RuleChange bare(String request, Operation operation, String rule, long since) {
    return new RuleChange(
        request,
        operation,
        rule,
        1,
        "",
        null,
        -1,
        null,
        null,
        "too many",
        since,
        RuleChange.NONE,
        0,
        RuleChange.NONE,
        -1);
  }

  /** One event of kind 1 by a key of its own. */
  static String byTwo(String id, String stream, String... fields) {
    return Plans.rule(id, 2, false, 0, "no_skip", Plans.stage("one", stream, "begin", 1));
  }
}
