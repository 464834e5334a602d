package io.tidegate.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random syntax trees and events; small values, so that comparisons go both ways. */
final class Trees {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String[] PLACES = {"Oslo", "Rome", "", "\uD83C\uDF0A", "\uFF5E"};
  private static final double[] DOUBLES = {
    0.0, -0.0, 1.0, 1.5, 2.0, -3.25, Double.MIN_VALUE, Double.MAX_VALUE
  };

  private final Random random;
  private final boolean stages;

  Trees(Random random, boolean stages) {
    this.random = random;
    this.stages = stages;
  }

  private String pick(String... options) {
    return options[random.nextInt(options.length)];
  }

  private ObjectNode node(String type) {
    return NODES.objectNode().put("type", type);
  }

  JsonNode tree(String type, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return leaf(type);
    }
    int d = depth - 1;
    return switch (type) {
      case "boolean" -> condition(d);
      case "string" -> call(pick("concat", "coalesce"), type, tree("string", d), tree("string", d));
      case "long" -> longCall(d);
      default -> doubleCall(d);
    };
  }

  private JsonNode longCall(int d) {
    return switch (random.nextInt(4)) {
      case 0 -> call("length", "long", tree("string", d));
      case 1 -> call(pick("neg", "abs"), "long", tree("long", d));
      default ->
          call(
              pick("add", "sub", "mul", "mod", "min", "max", "coalesce"),
              "long",
              tree("long", d),
              tree("long", d));
    };
  }

  private JsonNode doubleCall(int d) {
    if (random.nextInt(4) == 0) {
      return call(pick("neg", "abs", "sqrt", "floor", "to_double"), "double", tree("double", d));
    }
    String name = pick("add", "sub", "mul", "mod", "div", "min", "max", "coalesce");
    String other = name.equals("coalesce") ? "double" : pick("long", "double");
    return call(name, "double", tree("double", d), tree(other, d));
  }

  private JsonNode condition(int d) {
    String kind = pick("long", "double", "string");
    return switch (random.nextInt(8)) {
      case 0, 1 -> call(pick("and", "or"), "boolean", several("boolean", d));
      case 2 -> call("not", "boolean", tree("boolean", d));
      case 3 -> call("is_null", "boolean", tree(pick("long", "double", "string", "boolean"), d));
      case 4 -> call("in", "boolean", several(kind, d));
      case 5 -> call("between", "boolean", tree(kind, d), tree(kind, d), tree(kind, d));
      default -> {
        String right = kind.equals("string") ? kind : pick("long", "double");
        String name = pick("eq", "ne", "lt", "le", "gt", "ge");
        yield call(name, "boolean", tree(kind, d), tree(right, d));
      }
    };
  }

  private JsonNode[] several(String type, int d) {
    JsonNode[] trees = new JsonNode[2 + random.nextInt(3)];
    for (int i = 0; i < trees.length; i++) {
      trees[i] = tree(type, d);
    }
    return trees;
  }

  private JsonNode call(String name, String type, JsonNode... arguments) {
    ArrayNode list = NODES.arrayNode();
    for (JsonNode argument : arguments) {
      list.add(argument);
    }
    ObjectNode call = node(type).put("call", name);
    call.set("args", list);
    return call;
  }

  private static String fieldOf(String type) {
    return switch (type) {
      case "boolean" -> "online";
      case "string" -> "place";
      case "long" -> "count";
      default -> "amount";
    };
  }

  private JsonNode leaf(String type) {
    int kind = random.nextInt(stages ? 5 : 2);
    if (kind == 0) {
      return literal(type);
    }
    String field = fieldOf(type);
    if (kind <= 2) {
      return node(type).put("field", field);
    }
    ObjectNode reference = node(type).put("stage", pick("a", "b"));
    if (kind == 3 || type.equals("string") || type.equals("boolean")) {
      reference.put("field", field);
      int index = random.nextInt(6) - 3;
      return random.nextBoolean()
          ? reference.put("select", pick("first", "last"))
          : reference.put("select", index);
    }
    if (type.equals("long") && random.nextBoolean()) {
      return random.nextBoolean()
          ? reference.put("aggregate", "count")
          : reference.put("aggregate", "distinct").put("field", pick("count", "amount", "place"));
    }
    String aggregate =
        type.equals("double") ? pick("sum", "min", "max", "avg") : pick("sum", "min", "max");
    return reference.put("aggregate", aggregate).put("field", field);
  }

  private JsonNode literal(String type) {
    if (random.nextInt(6) == 0) {
      return node(type).putNull("literal");
    }
    return switch (type) {
      case "boolean" -> node(type).put("literal", random.nextBoolean());
      case "string" -> node(type).put("literal", pick(PLACES));
      case "long" -> node(type).put("literal", number());
      default -> node(type).put("literal", DOUBLES[random.nextInt(DOUBLES.length)]);
    };
  }

  private long number() {
    return switch (random.nextInt(12)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> Long.MIN_VALUE;
      default -> random.nextInt(7) - 3;
    };
  }

  private double real() {
    return switch (random.nextInt(12)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> Double.NEGATIVE_INFINITY;
      default -> DOUBLES[random.nextInt(DOUBLES.length)];
    };
  }

  private <T> T orNull(T value) {
    return random.nextInt(4) == 0 ? null : value;
  }

  /** An event of charges (0) or refunds (1). */
  Event event(int stream) {
    Boolean online = orNull(random.nextBoolean());
    String place = orNull(pick(PLACES));
    Long count = orNull(number());
    return stream == 0
        ? Fixture.event(0, "c", orNull(real()), count, 0L, place, online)
        : Fixture.event(1, online, place, "r", 0L, count, orNull((long) random.nextInt(4)), "c");
  }

  /** Up to three charges in stage a, up to three charges and refunds in stage b. */
  Fixture.Matched matched() {
    List<Event> a = new ArrayList<>();
    List<Event> b = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      a.add(event(0));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      b.add(event(random.nextInt(2)));
    }
    return new Fixture.Matched(a, b);
  }
}
