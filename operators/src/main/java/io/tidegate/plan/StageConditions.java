package io.tidegate.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.event.Event;
import io.tidegate.expression.CompileContext;
import io.tidegate.expression.Expression;
import io.tidegate.expression.Expressions;
import io.tidegate.expression.Parameters;
import io.tidegate.expression.Scope;
import io.tidegate.match.MatchedEvents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The conditions of a rule's stages taken apart, to see which part keeps an event from fitting. */
public final class StageConditions {

  /** One term of the conjunction that a stage's condition is. */
  public static final class Term {
    private final Expression whole;
    private final List<Expression> parts = new ArrayList<>();
    private final List<Expression> numbers = new ArrayList<>();
    private final Scope scope = new Scope();

    private Term(JsonNode tree, CompileContext context) {
      whole = Expressions.compile(tree, context);
      collect(tree, context);
      for (JsonNode argument : tree.path("args")) {
        String type = argument.path("type").asText();
        if (type.equals("double") || type.equals("long")) {
          numbers.add(Expressions.compile(argument, context));
        }
      }
    }

    private void collect(JsonNode tree, CompileContext context) {
      for (JsonNode argument : tree.path("args")) {
        if (!argument.has("literal")) {
          parts.add(Expressions.compile(argument, context));
          collect(argument, context);
        }
      }
      if (!tree.has("call") && parts.isEmpty()) {
        parts.add(whole);
      }
    }

    /** Whether the term is true for an event that a stage may take after others. */
    public boolean holds(Event event, MatchedEvents<Event> matched) {
      return Boolean.TRUE.equals(whole.value(scope.condition(event, matched)));
    }

    /**
     * The values of the term's parts that are no constants, each before its own parts: Double,
     * Long, String, Boolean or null.
     */
    public List<Object> values(Event event, MatchedEvents<Event> matched) {
      List<Object> values = new ArrayList<>(parts.size());
      for (Expression part : parts) {
        values.add(part.value(scope.condition(event, matched)));
      }
      return values;
    }

    /** How far a comparison of numbers is from holding, from 0 to 1; 1 for any other term. */
    public double distance(Event event, MatchedEvents<Event> matched) {
      double least = 1;
      for (int i = 1; i < numbers.size(); i++) {
        Object a = numbers.get(0).value(scope.condition(event, matched));
        Object b = numbers.get(i).value(scope.condition(event, matched));
        if (a instanceof Number x && b instanceof Number y) {
          double size = Math.abs(x.doubleValue()) + Math.abs(y.doubleValue());
          double gap = Math.abs(x.doubleValue() - y.doubleValue());
          least = Math.min(least, size == 0 ? 0 : gap / size);
        }
      }
      return least;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<Term>> terms = new LinkedHashMap<>();
  private final Map<String, int[]> streams = new LinkedHashMap<>();
  private final KeyExpression key;
  private final Parameters parameters;

  /**
   * The conditions of one rule of a plan that {@link PlanDefinition#parse} has accepted.
   *
   * @throws PlanException when the plan has no such rule
   */
  public StageConditions(String planText, String ruleId) {
    PlanNode plan;
    try {
      plan = new PlanNode("plan", JSON.readTree(planText));
    } catch (JsonProcessingException e) {
      throw new PlanException("plan", "not JSON: " + e.getOriginalMessage(), e);
    }
    Streams all = new Streams(plan);
    for (PlanNode rule : plan.children("rules")) {
      if (rule.text("id").equals(ruleId)) {
        key = KeyExpression.of(plan.children("keys").get(rule.integer("key")), all);
        parameters = RuleDefinition.parameters(rule);
        PatternReader reader =
            new PatternReader(rule.child("pattern"), rule.place(), all, key, parameters);
        read(rule.child("pattern").value("stages"), reader.context());
        return;
      }
    }
    throw plan.refuse("there is no rule '" + ruleId + "'");
  }

  /** Turns to the key of an event; parameters have its values from here on. */
  public void select(Event event) {
    parameters.select(key.keyOf(event));
  }

  private void read(JsonNode node, CompileContext context) {
    if (node.path("name").isTextual() && node.has("condition")) {
      String name = node.get("name").textValue();
      CompileContext.StageReference stage = context.stages().get(name);
      List<Term> found = new ArrayList<>();
      for (JsonNode term : conjuncts(node.get("condition"))) {
        found.add(new Term(term, context.on(stage.streams())));
      }
      terms.put(name, found);
      streams.put(name, stage.streams());
      return;
    }
    // Stages lie in lists of stages, in groups and in alternatives.
    if (node.isContainerNode()) {
      node.forEach(child -> read(child, context));
    }
  }

  private static Iterable<JsonNode> conjuncts(JsonNode condition) {
    if (condition.isNull()) {
      return List.of();
    }
    return condition.path("call").asText().equals("and")
        ? condition.get("args")
        : List.of(condition);
  }

  /** The terms of a stage's condition in the plan's order; none where it takes every event. */
  public List<Term> of(String stage) {
    return terms.get(stage);
  }

  /** Whether a stage reads the stream of an event. */
  public boolean reads(String stage, Event event) {
    for (int stream : streams.get(stage)) {
      if (stream == event.stream) {
        return true;
      }
    }
    return false;
  }
}
