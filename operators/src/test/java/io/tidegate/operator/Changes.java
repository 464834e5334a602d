package io.tidegate.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.plan.RuleCompiler;
import io.tidegate.rules.LogRecord;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleChange.Operation;
import java.nio.charset.StandardCharsets;

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

  /** The same push as a record of the rules log. */
  static LogRecord record(long offset, String request, String rule, int key) {
    var definition = RuleCompiler.tree("rule", rule);
    var record = (ObjectNode) RuleCompiler.tree("record", "{\"format\":1,\"op\":\"push\"}");
    record.put("request", request).put("rule", definition.path("id").asText());
    record.put("version", definition.path("version").asInt());
    record.put("fingerprint", definition.path("fingerprint").asText());
    record.set("definition", definition);
    record.set("key", RuleCompiler.tree("key", KEYS[key]));
    return new LogRecord(offset, record.toString().getBytes(StandardCharsets.UTF_8));
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
