package io.tidegate.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.match.EventCondition;
import io.tidegate.match.MatchedEvents;
import io.tidegate.match.PatternDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** The small condition language of the conformance cases, interpreted over their JSON events. */
final class CepExpression implements EventCondition<JsonNode> {
  private final JsonNode expression;
  private final boolean readsMatched;
  private ToIntFunction<String> stageIndex = name -> -1;

  CepExpression(JsonNode expression) {
    this.expression = expression;
    this.readsMatched = hasForEach(expression);
  }

  /** Tells the condition the stage indexes of its pattern. */
  void bind(PatternDefinition<JsonNode> pattern) {
    this.stageIndex = pattern::stageIndex;
  }

  @Override
  public boolean readsMatched() {
    return readsMatched;
  }

  @Override
  public boolean test(JsonNode event, MatchedEvents<JsonNode> matched) {
    Map<String, Object> scope = new HashMap<>();
    scope.put("current", event);
    return (Boolean) value(expression, scope, matched);
  }

  private static boolean hasForEach(JsonNode node) {
    if (node.isArray() && node.size() > 0 && node.get(0).asText().equals("foreach")) {
      return true;
    }
    for (JsonNode child : node) {
      if (hasForEach(child)) {
        return true;
      }
    }
    return false;
  }

  private Object value(JsonNode e, Map<String, Object> scope, MatchedEvents<JsonNode> matched) {
    if (e.isTextual()) {
      return e.textValue();
    } else if (e.isBoolean()) {
      return e.booleanValue();
    } else if (e.isNumber()) {
      return e.doubleValue();
    } else if (e.has("event")) {
      return scope.get(e.get("event").asText());
    } else if (e.has("var")) {
      return scope.get(e.get("var").asText());
    } else if (e.has("field")) {
      return field((JsonNode) value(e.get("of"), scope, matched), e.get("field").asText());
    } else if (e.has("do")) {
      return run(e.get("do"), scope, matched);
    } else if (e.isArray()) {
      return call(e, scope, matched);
    }
    throw new IllegalArgumentException("not an expression: " + e);
  }

  private static Object field(JsonNode event, String name) {
    JsonNode field = event.get(name);
    return field == null ? null : field.isNumber() ? (Object) field.doubleValue() : field.asText();
  }

  private Object call(JsonNode e, Map<String, Object> scope, MatchedEvents<JsonNode> matched) {
    String operator = e.get(0).asText();
    Object a = operator.equals("is") ? null : value(e.get(1), scope, matched);
    switch (operator) {
      case "!":
        return !(Boolean) a;
      case "&&":
        return (Boolean) a && (Boolean) value(e.get(2), scope, matched);
      case "||":
        return (Boolean) a || (Boolean) value(e.get(2), scope, matched);
      case "is":
        JsonNode event = (JsonNode) value(e.get(1), scope, matched);
        String type = e.get(2).asText();
        return type.equals("Event") || event.get("type").asText().equals(type);
      default:
        return binary(operator, a, value(e.get(2), scope, matched));
    }
  }

  private static Object binary(String operator, Object a, Object b) {
    return switch (operator) {
      case "==" -> a.equals(b);
      case "!=" -> !a.equals(b);
      case "<" -> (Double) a < (Double) b;
      case "<=" -> (Double) a <= (Double) b;
      case ">" -> (Double) a > (Double) b;
      case ">=" -> (Double) a >= (Double) b;
      case "+" -> (Double) a + (Double) b;
      case "-" -> (Double) a - (Double) b;
      case "*" -> (Double) a * (Double) b;
      case "/" -> (Double) a / (Double) b;
      case "%" -> (Double) a % (Double) b;
      case "cmp" -> Math.signum((Double) a - (Double) b);
      case "contains" -> ((String) a).contains((String) b);
      case "startsWith" -> ((String) a).startsWith((String) b);
      case "endsWith" -> ((String) a).endsWith((String) b);
      default -> throw new IllegalArgumentException("not an operator: " + operator);
    };
  }

  /** Runs statements until one returns; null where none does. */
  private Object run(
      JsonNode statements, Map<String, Object> scope, MatchedEvents<JsonNode> matched) {
    for (JsonNode statement : statements) {
      Object result = null;
      switch (statement.get(0).asText()) {
        case "return":
          return value(statement.get(1), scope, matched);
        case "let":
          scope.put(statement.get(1).asText(), value(statement.get(2), scope, matched));
          break;
        case "if":
          boolean holds = (Boolean) value(statement.get(1), scope, matched);
          result = run(statement.get(holds ? 2 : 3), scope, matched);
          break;
        case "foreach":
          List<JsonNode> events = new ArrayList<>();
          matched.forEach(stageIndex.applyAsInt(statement.get(2).asText()), events::add);
          for (int i = 0; i < events.size() && result == null; i++) {
            scope.put(statement.get(1).asText(), events.get(i));
            result = run(statement.get(3), scope, matched);
          }
          break;
        default:
          throw new IllegalArgumentException("not a statement: " + statement);
      }
      if (result != null) {
        return result;
      }
    }
    return null;
  }
}
