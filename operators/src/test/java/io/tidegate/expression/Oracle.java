package io.tidegate.expression;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The plain way to evaluate a syntax tree, with boxed values and null: what compiled expressions
 * are compared with. Values: Boolean, Long, Double, String or null.
 */
final class Oracle {
  private final Event current;
  private final Fixture.Matched matched;

  Oracle(Event current, Fixture.Matched matched) {
    this.current = current;
    this.matched = matched;
  }

  Object evaluate(JsonNode tree) {
    Object value = plain(tree);
    boolean widened = value instanceof Long && tree.get("type").asText().equals("double");
    return widened ? (Object) ((Long) value).doubleValue() : value;
  }

  private Object plain(JsonNode tree) {
    if (tree.has("literal")) {
      JsonNode value = tree.get("literal");
      return value.isNull()
          ? null
          : value.isTextual()
              ? value.asText()
              : value.isBoolean()
                  ? (Object) value.asBoolean()
                  : value.isIntegralNumber() ? (Object) value.asLong() : value.asDouble();
    }
    if (tree.has("stage")) {
      return stage(tree);
    }
    if (tree.has("field")) {
      return field(current, tree.get("field").asText());
    }
    List<Object> args = new ArrayList<>();
    tree.get("args").forEach(arg -> args.add(evaluate(arg)));
    return call(tree.get("call").asText(), args);
  }

  static Object field(Event event, String name) {
    EventType type = event.type;
    return event.value(type.indexOf(name));
  }

  private Object stage(JsonNode tree) {
    int stage = tree.get("stage").asText().equals("a") ? 0 : 1;
    if (tree.has("select")) {
      JsonNode select = tree.get("select");
      int index =
          select.asText().equals("first")
              ? 0
              : select.asText().equals("last") ? -1 : select.asInt();
      Event event = matched.get(stage, index);
      return event == null ? null : field(event, tree.get("field").asText());
    }
    String aggregate = tree.get("aggregate").asText();
    List<Event> events = matched.stages.get(stage);
    if (aggregate.equals("count")) {
      return (long) events.size();
    }
    String name = tree.get("field").asText();
    List<Object> values =
        events.stream().map(e -> field(e, name)).filter(Objects::nonNull).toList();
    if (aggregate.equals("distinct")) {
      return values.stream()
          .map(
              v ->
                  v instanceof Number n && name.equals("amount")
                      ? (Object) (n.doubleValue() + 0.0)
                      : v)
          .distinct()
          .count();
    }
    boolean longs = tree.get("type").asText().equals("long");
    List<Double> numbers = values.stream().map(v -> ((Number) v).doubleValue()).toList();
    double sum = numbers.stream().reduce(0.0, Double::sum);
    if (aggregate.equals("sum")) {
      return longs ? (Object) values.stream().mapToLong(v -> (Long) v).sum() : sum;
    }
    if (values.isEmpty()) {
      return null;
    }
    if (longs) {
      var all = values.stream().mapToLong(v -> (Long) v);
      return aggregate.equals("min") ? all.min().getAsLong() : all.max().getAsLong();
    }
    return switch (aggregate) {
      case "min" -> numbers.stream().reduce(Math::min).orElseThrow();
      case "max" -> numbers.stream().reduce(Math::max).orElseThrow();
      default -> sum / numbers.size();
    };
  }

  private static Object call(String name, List<Object> a) {
    switch (name) {
      case "and", "or":
        boolean decisive = name.equals("or");
        return a.contains(decisive) ? (Object) decisive : a.contains(null) ? null : !decisive;
      case "coalesce":
        return a.stream().filter(Objects::nonNull).findFirst().orElse(null);
      case "is_null":
        return a.get(0) == null;
      case "between":
        return call(
            "and",
            Arrays.asList(
                call("ge", Arrays.asList(a.get(0), a.get(1))),
                call("le", Arrays.asList(a.get(0), a.get(2)))));
      case "in":
        List<Object> equal = new ArrayList<>();
        for (Object option : a.subList(1, a.size())) {
          equal.add(call("eq", Arrays.asList(a.get(0), option)));
        }
        return call("or", equal);
      default:
        return a.contains(null) ? null : strict(name, a);
    }
  }

  private static Object strict(String name, List<Object> a) {
    return switch (name) {
      case "not" -> !(Boolean) a.get(0);
      case "eq" -> equal(a);
      case "ne" -> !equal(a);
      case "lt" -> order(a, -1, -1);
      case "le" -> order(a, -1, 0);
      case "gt" -> order(a, 1, 1);
      case "ge" -> order(a, 1, 0);
      case "length" -> ((String) a.get(0)).codePoints().count();
      case "concat" -> String.join("", a.stream().map(String.class::cast).toList());
      case "contains" -> ((String) a.get(0)).contains((String) a.get(1));
      default -> number(name, a);
    };
  }

  private static boolean equal(List<Object> a) {
    if (a.get(0) instanceof Double || a.get(1) instanceof Double) {
      return ((Number) a.get(0)).doubleValue() == ((Number) a.get(1)).doubleValue();
    }
    return a.get(0).equals(a.get(1));
  }

  /** Whether the comparison comes out with one of two signs; false for NaN. */
  private static boolean order(List<Object> a, int sign, int other) {
    int found;
    if (a.get(0) instanceof String s) {
      int[] x = s.codePoints().toArray();
      int[] y = ((String) a.get(1)).codePoints().toArray();
      found = Integer.signum(Arrays.compare(x, y));
    } else if (a.get(0) instanceof Long l && a.get(1) instanceof Long m) {
      found = Long.compare(l, m);
    } else {
      double x = ((Number) a.get(0)).doubleValue();
      double y = ((Number) a.get(1)).doubleValue();
      if (Double.isNaN(x) || Double.isNaN(y)) {
        return false;
      }
      found = x < y ? -1 : x > y ? 1 : 0;
    }
    return found == sign || found == other;
  }

  private static Object number(String name, List<Object> a) {
    boolean longs = a.stream().allMatch(Long.class::isInstance);
    double x = ((Number) a.get(0)).doubleValue();
    double y = a.size() < 2 ? 0 : ((Number) a.get(1)).doubleValue();
    long i = ((Number) a.get(0)).longValue();
    long j = a.size() < 2 ? 0 : ((Number) a.get(1)).longValue();
    return switch (name) {
      case "add" -> longs ? (Object) (i + j) : x + y;
      case "sub" -> longs ? (Object) (i - j) : x - y;
      case "mul" -> longs ? (Object) (i * j) : x * y;
      case "div" -> y == 0 ? null : x / y;
      case "mod" -> y == 0 ? null : longs ? (Object) (i % j) : x % y;
      case "neg" -> longs ? (Object) (-i) : -x;
      case "abs" -> longs ? (Object) Math.abs(i) : Math.abs(x);
      case "min" -> longs ? (Object) Math.min(i, j) : Math.min(x, y);
      case "max" -> longs ? (Object) Math.max(i, j) : Math.max(x, y);
      case "sqrt" -> Math.sqrt(x);
      case "floor" -> longs ? (Object) i : Math.floor(x);
      case "to_double" -> x;
      default -> throw new AssertionError(name);
    };
  }
}
