package io.tidegate.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.plan.KeyExpression;
import io.tidegate.plan.PlanException;
import io.tidegate.plan.RuleCompiler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the records of the rules log one after the other and knows what came before: which numbers
 * keys have, which versions of a rule have which structure, which requests were seen.
 *
 * <p>What the log may hold is bounded, since whoever may write to it must not be able to end the
 * job: records by their size and depth, patterns by their states, rules and keys by their number.
 */
final class RuleRegistry {
  static final int LONGEST_RECORD = 256 * 1024;
  static final int MOST_RULES = 10_000;
  static final int MOST_VERSIONS = 100;
  private static final int REMEMBERED_REQUESTS = 10_000;
  private static final long NOWHERE = -1;

  private final RuleCompiler compiler;
  private final KeyNumbers keys;
  private final Map<String, KnownRule> rules = new LinkedHashMap<>();
  private final Map<String, Long> requests = new LinkedHashMap<>();

  /**
   * What is known of a rule.
   *
   * @param definition the latest in the order of the log, whether it came to hold or not
   * @param structures by version, its fingerprint and the digest of its structure
   */
  private record KnownRule(String definition, Map<Integer, String> structures) {}

  /** What is kept: the registry's state. */
  record Snapshot(List<String> keys, Map<String, KnownRule> rules, Map<String, Long> requests) {}

  /** A registry of a plan that nothing was pushed to. */
  RuleRegistry(RuleCompiler compiler) {
    this.compiler = compiler;
    keys = new KeyNumbers(compiler.planKeys());
    for (String rule : compiler.planRules()) {
      JsonNode definition = RuleCompiler.tree("rule", rule);
      Map<Integer, String> structures = new LinkedHashMap<>();
      structures.put(
          definition.path("version").asInt(),
          structure(definition, keys.text(definition.path("key").asInt())));
      rules.put(definition.path("id").asText(), new KnownRule(rule, structures));
    }
  }

  /** A registry of a plan and what the log held when its job was submitted. */
  RuleRegistry(RuleCompiler compiler, RuleHistory history) {
    this(compiler);
    history.stamped(this);
    // As requests of other records: the changes are known everywhere, and not asked for again.
    requests.replaceAll((request, offset) -> NOWHERE);
  }

  /** A registry as it was kept. */
  RuleRegistry(RuleCompiler compiler, String snapshot) {
    this.compiler = compiler;
    Snapshot kept = TextSerializer.read(snapshot, Snapshot.class);
    keys = new KeyNumbers(kept.keys());
    rules.putAll(kept.rules());
    requests.putAll(kept.requests());
  }

  String snapshot() {
    return TextSerializer.text(new Snapshot(keys.texts(), rules, requests));
  }

  /**
   * The change that a record asks for; null where it repeats the request of another. A record that
   * was read before gives the same again: routers of one job may have read it to different places.
   *
   * @throws RefusedChangeException when it is wrong, with the reason in one line
   */
  RuleChange read(LogRecord record) throws RefusedChangeException {
    RuleChange unknown = LogEntry.unread(record.offset());
    if (record.value().length > LONGEST_RECORD) {
      throw new RefusedChangeException(
          unknown,
          "the record has "
              + record.value().length
              + " bytes, at most "
              + LONGEST_RECORD
              + " are read");
    }
    JsonNode json;
    try {
      json = RuleCompiler.tree("record", new String(record.value(), StandardCharsets.UTF_8));
    } catch (PlanException e) {
      throw new RefusedChangeException(unknown, e.getMessage());
    }
    RuleChange asked = LogEntry.of(json, record.offset());
    Long before = requests.putIfAbsent(asked.request(), record.offset());
    if (before != null && before != record.offset()) {
      return null;
    }
    if (requests.size() > REMEMBERED_REQUESTS) {
      requests.remove(requests.keySet().iterator().next());
    }
    try {
      return switch (asked.operation()) {
        case PUSH -> push(asked, json);
        case REMOVE -> remove(asked);
        case SET -> set(asked);
        case QUARANTINE -> quarantine(asked);
      };
    } catch (PlanException e) {
      throw new RefusedChangeException(asked, e.getMessage());
    }
  }

  private RuleChange push(RuleChange asked, JsonNode json) {
    JsonNode definition = json.path("definition");
    if (!definition.isObject() || !json.path("key").isObject()) {
      throw new PlanException("record", "a push needs 'definition' and 'key', both objects");
    }
    if (!asked.rule().equals(definition.path("id").asText())
        || asked.version() != definition.path("version").asInt()
        || !definition.path("fingerprint").asText().equals(asked.fingerprint())) {
      throw new PlanException(
          "rule " + asked.rule(), "id, version or fingerprint differ from the definition's");
    }
    String keyText = json.path("key").toString();
    compiler.key(keyText);
    KnownRule known = rules.get(asked.rule());
    if (known == null && rules.size() >= MOST_RULES) {
      throw new PlanException("rule " + asked.rule(), MOST_RULES + " rules are known already");
    }
    String structure = structure(definition, keyText);
    Map<Integer, String> structures = known == null ? new LinkedHashMap<>() : known.structures();
    compare(asked, structure, structures);
    KeyNumbers.Numbered key = keys.propose(keyText);
    String numbered = RuleCompiler.withKey(definition, key.number());
    List<KeyExpression> expressions = new ArrayList<>();
    for (String text : keys.with(key)) {
      expressions.add(compiler.key(text));
    }
    compiler.rule(numbered, expressions);
    if (definition.path("on_change").asText().equals("finish")
        && definition.path("pattern").path("within_ms").asLong() <= 0) {
      throw new PlanException(
          "rule " + asked.rule(), "on_change: finish needs a within, or it might never finish");
    }
    keys.take(key);
    structures.put(asked.version(), structure);
    if (structures.size() > MOST_VERSIONS) {
      structures.remove(structures.keySet().iterator().next());
    }
    rules.put(asked.rule(), new KnownRule(numbered, structures));
    return LogEntry.push(asked, numbered, key.number(), key.text());
  }

  private static void compare(RuleChange asked, String structure, Map<Integer, String> structures) {
    String before = structures.get(asked.version());
    if (before != null && !before.equals(structure)) {
      throw new PlanException(
          "rule " + asked.rule() + " version " + asked.version(),
          "this version was pushed with another structure (fingerprint "
              + before.substring(0, Math.min(12, before.length()))
              + "); raise the version");
    }
    for (String one : structures.values()) {
      if (one.startsWith(asked.fingerprint() + " ") && !one.equals(structure)) {
        throw new PlanException(
            "rule " + asked.rule() + " version " + asked.version(),
            "its fingerprint belongs to another structure; compile the rule again");
      }
    }
  }

  /** Fingerprint as declared, and a digest of what it stands for. */
  private static String structure(JsonNode definition, String key) {
    // Of a key that covers more, only what the rule reads is the rule's.
    ObjectNode streams = (ObjectNode) RuleCompiler.tree("key", key).path("streams");
    streams.retain(streamsOf(definition));
    return definition.path("fingerprint").asText()
        + " "
        + Digests.of(definition.path("pattern"), streams);
  }

  private static Set<String> streamsOf(JsonNode definition) {
    Set<String> names = new HashSet<>();
    for (JsonNode list : definition.path("pattern").findValues("streams")) {
      list.forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  private RuleChange remove(RuleChange asked) {
    KnownRule known = known(asked);
    return LogEntry.versioned(asked, RuleCompiler.tree("rule", known.definition()));
  }

  private RuleChange set(RuleChange asked) {
    KnownRule known = known(asked);
    String definition = ParameterChange.set(known.definition(), asked.parameters());
    List<KeyExpression> expressions = keys.texts().stream().map(compiler::key).toList();
    compiler.rule(definition, expressions);
    rules.put(asked.rule(), new KnownRule(definition, known.structures()));
    return LogEntry.versioned(asked, RuleCompiler.tree("rule", definition));
  }

  private RuleChange quarantine(RuleChange asked) {
    known(asked);
    return asked;
  }

  // Whether a rule is live is known at the stamp only: a change before may be refused there.
  private KnownRule known(RuleChange asked) {
    KnownRule known = rules.get(asked.rule());
    if (known == null) {
      throw new PlanException("rule " + asked.rule(), "there is no such rule");
    }
    return known;
  }
}
