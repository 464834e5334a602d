package io.tidegate.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.derive.DerivedField;
import io.tidegate.event.StreamDefinition;
import io.tidegate.window.WindowDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A plan, read and checked. Its rules hold scratch state, so each thread reads its own.
 *
 * @param name the pipeline's name
 * @param kafka the broker
 * @param streams by the index that events carry
 * @param derived by key, the fields that events get under it
 * @param keyIdleMs how long a silent key keeps its window and what derived fields look back at, ms;
 *     0 for ever
 * @param keys the distinct keys; rules and the window refer to them by index
 * @param rules the rules
 * @param window what is cut on a match; null for nothing
 * @param model what scores the windows; null for nothing
 * @param sinks where results go
 * @param rulesLog where rules come from while the job runs; null for nowhere
 * @param heartbeat what lets time pass while no events come; null for nothing
 * @param alertsSchema Avro schema of the alerts, as text
 */
public record PlanDefinition(
    String name,
    KafkaDefinition kafka,
    StreamDefinition[] streams,
    List<KeyExpression> keys,
    long keyIdleMs,
    List<List<DerivedField>> derived,
    List<RuleDefinition> rules,
    WindowDefinition window,
    ModelDefinition model,
    SinksDefinition sinks,
    RulesLogDefinition rulesLog,
    HeartbeatDefinition heartbeat,
    String alertsSchema) {
  /** The format that this version reads. */
  public static final int FORMAT = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a plan.
   *
   * @param text JSON in the form of {@code schemas/plan.schema.json}
   * @throws PlanException when it is malformed, of another format, or refers to something that it
   *     does not have; one line that says where
   */
  public static PlanDefinition parse(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new PlanException("plan", "not JSON: " + e.getOriginalMessage(), e);
    }
    PlanNode plan = new PlanNode("plan", json);
    int format = plan.integer("format");
    if (format != FORMAT) {
      throw plan.refuse(
          "it has format "
              + format
              + ", and this version reads format "
              + FORMAT
              + "; compile it again with the version that runs");
    }
    Streams streams = new Streams(plan);
    List<KeyExpression> keys = new ArrayList<>();
    for (PlanNode key : plan.children("keys")) {
      keys.add(KeyExpression.of(key, streams));
    }
    List<RuleDefinition> rules = rules(plan, streams, keys);
    WindowDefinition window = window(plan, streams, keys, rules);
    PlanNode model = plan.childOrNull("model");
    if (model != null && window == null) {
      throw plan.refuse("there is a model and no window for it");
    }
    return new PlanDefinition(
        plan.text("name"),
        KafkaDefinition.of(plan.child("kafka")),
        streams.definitions(),
        List.copyOf(keys),
        plan.duration("key_idle_ms"),
        keys.stream().map(streams::derivedBy).toList(),
        rules,
        window,
        model == null ? null : ModelDefinition.of(model),
        SinksDefinition.of(plan.child("sinks")),
        plan.has("rules_log") ? RulesLogDefinition.of(plan.child("rules_log")) : null,
        plan.has("heartbeat") ? HeartbeatDefinition.of(plan.child("heartbeat")) : null,
        plan.text("alerts_schema"));
  }

  private static List<RuleDefinition> rules(
      PlanNode plan, Streams streams, List<KeyExpression> keys) {
    List<RuleDefinition> rules = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (PlanNode node : plan.children("rules")) {
      RuleDefinition rule = RuleDefinition.of(node, streams, keys);
      if (!ids.add(rule.id())) {
        throw plan.refuse("there are two rules '" + rule.id() + "'");
      }
      rules.add(rule);
    }
    return List.copyOf(rules);
  }

  /** Whether all streams end. */
  public boolean bounded() {
    return Arrays.stream(streams).allMatch(StreamDefinition::bounded);
  }

  /** Whether the job writes beats: a replay to the present end finds those that were written. */
  public boolean writesBeats() {
    return heartbeat != null && heartbeat.intervalMs() > 0 && !bounded();
  }

  /** By key and stream: whether a rule, the window or a derived field wants an event under it. */
  public boolean[][] wanted() {
    boolean[][] wanted = new boolean[keys.size()][streams.length];
    for (RuleDefinition rule : rules) {
      for (int stream : rule.streams()) {
        wanted[rule.key()][stream] = true;
      }
    }
    if (window != null) {
      wanted[window.key()][window.stream()] = true;
    }
    for (int key = 0; key < wanted.length; key++) {
      for (DerivedField field : derived.get(key)) {
        wanted[key][field.stream()] = true;
        wanted[key][field.source()] = true;
      }
    }
    return wanted;
  }

  private static WindowDefinition window(
      PlanNode plan, Streams streams, List<KeyExpression> keys, List<RuleDefinition> rules) {
    if (!plan.has("window")) {
      return null;
    }
    PlanNode window = plan.child("window");
    int stream = streams.named(window.text("stream"), window).index();
    int key = window.integer("key");
    if (key < 0 || key >= keys.size() || !keys.get(key).covers(stream)) {
      throw window.refuse("key " + key + " says nothing about its stream");
    }
    List<String> ids = rules.stream().map(RuleDefinition::id).toList();
    List<String> windowed = window.texts("rules");
    for (String id : windowed) {
      if (!id.equals("*") && !ids.contains(id)) {
        throw window.refuse("there is no rule '" + id + "'; there are " + ids);
      }
    }
    String name = window.text("name");
    List<String> channels = window.texts("channels");
    for (String channel : channels) {
      String refusal = streams.refusal(keys.get(key), stream, channel);
      if (refusal != null) {
        throw window.refuse(refusal.replace("the rule", "the window"));
      }
    }
    int length = window.integer("length");
    int history = window.integer("history");
    try {
      return new WindowDefinition(
          name, streams.definitions(), stream, channels, length, history, key, windowed);
    } catch (IllegalArgumentException e) {
      throw new PlanException(window.place(), e.getMessage(), e);
    }
  }
}
