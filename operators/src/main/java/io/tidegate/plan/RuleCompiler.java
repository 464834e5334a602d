package io.tidegate.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.derive.Derivation;
import io.tidegate.derive.DerivedField;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Compiles single rules against the streams of a plan: what a plan's rules are made with when it is
 * read, and what is made again of a rule that comes while the job runs.
 */
public final class RuleCompiler {
  /** Deeper than any expression that people write, far from the end of a thread's stack. */
  private static final int DEEPEST = 200;

  private static final ObjectMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
              .build());

  private final Streams streams;
  private final JsonNode plan;

  /** A compiler for the streams of a plan. */
  public RuleCompiler(String planText) {
    plan = tree("plan", planText);
    streams = new Streams(new PlanNode("plan", plan));
  }

  /** The plan's key expressions, as texts that {@link #key} reads. */
  public List<String> planKeys() {
    return texts("keys");
  }

  /** The plan's rules, as texts that {@link #rule} reads. */
  public List<String> planRules() {
    return texts("rules");
  }

  private List<String> texts(String member) {
    List<String> texts = new ArrayList<>();
    plan.path(member).forEach(one -> texts.add(one.toString()));
    return texts;
  }

  /** The number of the plan's streams. */
  public int streams() {
    return streams.size();
  }

  /**
   * A key expression.
   *
   * @param text {@code {"streams": {NAME: [FIELD, ...], ...}}}
   * @throws PlanException when it is malformed or names a stream or field that is not there
   */
  public KeyExpression key(String text) {
    JsonNode json = tree("key", text);
    return guarded("key", () -> KeyExpression.of(new PlanNode("key", json), streams));
  }

  /** The fields that events get under a key expression. */
  public List<DerivedField> derived(KeyExpression key) {
    return streams.derivedBy(key);
  }

  /** What computes them; null where there are none. */
  public Derivation derivation(KeyExpression key) {
    List<DerivedField> fields = derived(key);
    return fields.isEmpty() ? null : new Derivation(fields, streams.definitions());
  }

  /**
   * A rule, ready to match.
   *
   * @param text the rule in the plan's form; its {@code key} is an index into the keys
   * @param keys the key expressions
   * @throws PlanException when it is malformed or refers to what is not there; one line
   */
  public RuleDefinition rule(String text, List<KeyExpression> keys) {
    JsonNode json = tree("rule", text);
    return guarded(
        "rule",
        () -> {
          PlanNode rule = new PlanNode("rule", json);
          PatternSize.check(rule.at("rule " + rule.text("id")));
          return RuleDefinition.of(rule, streams, keys);
        });
  }

  /** A rule's text with another index of its key. */
  public static String withKey(JsonNode rule, int key) {
    return ((ObjectNode) rule.deepCopy()).put("key", key).toString();
  }

  /**
   * A JSON text of bounded depth.
   *
   * @throws PlanException when it is none
   */
  public static JsonNode tree(String place, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new PlanException(place, "not JSON: " + e.getOriginalMessage(), e);
    }
  }

  // What a plan's reader has not foreseen is refused as well: a rule must not end the job.
  private static <T> T guarded(String place, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (PlanException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new PlanException(place, "it cannot be compiled: " + e, e);
    }
  }
}
