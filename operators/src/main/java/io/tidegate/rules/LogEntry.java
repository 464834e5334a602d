package io.tidegate.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.rules.RuleChange.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The JSON form of the rules log, see {@code schemas/rules_log.schema.json}. */
final class LogEntry {
  private static final int FORMAT = 1;
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");
  private static final Pattern REQUEST = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");

  private LogEntry() {}

  /** What stands for a record that could not be read. */
  static RuleChange unread(long offset) {
    return change("offset-" + offset, null, null, 0, null, null, null, 0, RuleChange.NONE, offset);
  }

  /**
   * What a record asks for, before anything that it refers to is looked at.
   *
   * @throws RefusedChangeException when it is malformed
   */
  static RuleChange of(JsonNode json, long offset) throws RefusedChangeException {
    RuleChange unread = unread(offset);
    if (!json.isObject() || json.path("format").asInt() != FORMAT) {
      throw new RefusedChangeException(
          unread, "record: expected a JSON object of format " + FORMAT);
    }
    String request = json.path("request").asText();
    if (!REQUEST.matcher(request).matches()) {
      throw new RefusedChangeException(unread, "record: 'request' is missing or malformed");
    }
    String rule = json.path("rule").asText();
    boolean named = NAME.matcher(rule).matches();
    RuleChange known =
        change(
            request,
            null,
            named ? rule : null,
            json.path("version").asInt(),
            json.path("fingerprint").asText(null),
            json.has("parameters") ? json.path("parameters").toString() : null,
            json.path("reason").asText(null),
            json.path("since").asLong(),
            json.hasNonNull("event_time") ? json.path("event_time").asLong() : RuleChange.NONE,
            offset);
    if (!named) {
      throw new RefusedChangeException(known, "record: 'rule' is missing or no name of a rule");
    }
    if (json.hasNonNull("event_time") && !json.path("event_time").isIntegralNumber()) {
      throw new RefusedChangeException(known, "record: 'event_time' is no time in epoch ms");
    }
    Operation operation = operation(json.path("op").asText());
    if (operation == null) {
      List<String> all =
          Arrays.stream(Operation.values()).map(o -> o.name().toLowerCase(Locale.ROOT)).toList();
      throw new RefusedChangeException(known, "record: 'op' is none of " + all);
    }
    if (operation == Operation.PUSH && (known.version() < 1 || known.fingerprint() == null)) {
      throw new RefusedChangeException(
          known, "record: a push needs 'version' from 1 and 'fingerprint'");
    }
    if (operation == Operation.SET && known.parameters() == null) {
      throw new RefusedChangeException(known, "record: a set needs 'parameters'");
    }
    return change(
        request,
        operation,
        rule,
        known.version(),
        known.fingerprint(),
        known.parameters(),
        known.reason(),
        known.since(),
        known.asked(),
        offset);
  }

  private static Operation operation(String name) {
    for (Operation one : Operation.values()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(name)) {
        return one;
      }
    }
    return null;
  }

  private static RuleChange change(
      String request,
      Operation operation,
      String rule,
      int version,
      String fingerprint,
      String parameters,
      String reason,
      long since,
      long asked,
      long offset) {
    return new RuleChange(
        request,
        operation,
        rule,
        version,
        fingerprint,
        null,
        -1,
        null,
        parameters,
        reason,
        since,
        asked,
        offset,
        RuleChange.NONE,
        -1);
  }

  /** A push with its compiled rule. */
  static RuleChange push(RuleChange asked, String definition, int keyNumber, String key) {
    return new RuleChange(
        asked.request(),
        asked.operation(),
        asked.rule(),
        asked.version(),
        asked.fingerprint(),
        definition,
        keyNumber,
        key,
        null,
        null,
        0,
        asked.asked(),
        asked.offset(),
        RuleChange.NONE,
        -1);
  }

  /** A change with the version that it meets. */
  static RuleChange versioned(RuleChange asked, JsonNode definition) {
    return change(
        asked.request(),
        asked.operation(),
        asked.rule(),
        definition.path("version").asInt(),
        definition.path("fingerprint").asText(),
        asked.parameters(),
        asked.reason(),
        asked.since(),
        asked.asked(),
        asked.offset());
  }
}
