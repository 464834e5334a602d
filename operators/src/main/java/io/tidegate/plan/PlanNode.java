package io.tidegate.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A JSON object of a plan that knows its place, so that what is missing is named. */
final class PlanNode {
  private final String place;
  private final JsonNode json;

  PlanNode(String place, JsonNode json) {
    if (!json.isObject()) {
      throw new PlanException(place, "expected an object, found " + shorten(json));
    }
    this.place = place;
    this.json = json;
  }

  String place() {
    return place;
  }

  /** The object itself. */
  JsonNode json() {
    return json;
  }

  /** The same object under a name that people know. */
  PlanNode at(String otherPlace) {
    return new PlanNode(otherPlace, json);
  }

  PlanException refuse(String problem) {
    return new PlanException(place, problem);
  }

  boolean has(String name) {
    return json.hasNonNull(name);
  }

  /** Any value but a missing one. */
  JsonNode value(String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw refuse("'" + name + "' is missing");
    }
    return value;
  }

  String text(String name) {
    JsonNode value = value(name);
    if (!value.isTextual()) {
      throw refuse("'" + name + "' is " + shorten(value) + ", expected a string");
    }
    return value.textValue();
  }

  String textOrNull(String name) {
    return has(name) ? text(name) : null;
  }

  boolean flag(String name) {
    JsonNode value = value(name);
    if (!value.isBoolean()) {
      throw refuse("'" + name + "' is " + shorten(value) + ", expected true or false");
    }
    return value.booleanValue();
  }

  double number(String name) {
    JsonNode value = value(name);
    if (!value.isNumber()) {
      throw refuse("'" + name + "' is " + shorten(value) + ", expected a number");
    }
    return value.doubleValue();
  }

  int integer(String name) {
    JsonNode value = value(name);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refuse("'" + name + "' is " + shorten(value) + ", expected an integer");
    }
    return value.intValue();
  }

  /** A duration in ms; 0 where it is null or left out. */
  long duration(String name) {
    if (!has(name)) {
      return 0;
    }
    JsonNode value = value(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw refuse("'" + name + "' is " + shorten(value) + ", expected milliseconds from 0");
    }
    return value.longValue();
  }

  PlanNode child(String name) {
    return new PlanNode(place + ", " + name, value(name));
  }

  PlanNode childOrNull(String name) {
    return has(name) ? child(name) : null;
  }

  /** The objects of a list; their places carry their indexes. */
  List<PlanNode> children(String name) {
    JsonNode list = list(name);
    List<PlanNode> children = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      children.add(new PlanNode(place + ", " + name + "[" + i + "]", list.get(i)));
    }
    return children;
  }

  /** The objects of a list of lists. */
  List<List<PlanNode>> lists(String name) {
    JsonNode outer = list(name);
    List<List<PlanNode>> lists = new ArrayList<>();
    for (int i = 0; i < outer.size(); i++) {
      JsonNode inner = outer.get(i);
      if (!inner.isArray()) {
        throw refuse("'" + name + "' holds " + shorten(inner) + ", expected lists");
      }
      List<PlanNode> children = new ArrayList<>();
      for (int j = 0; j < inner.size(); j++) {
        String at = place + ", " + name + "[" + i + "][" + j + "]";
        children.add(new PlanNode(at, inner.get(j)));
      }
      lists.add(children);
    }
    return lists;
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list(name)) {
      if (!item.isTextual()) {
        throw refuse("'" + name + "' holds " + shorten(item) + ", expected strings");
      }
      texts.add(item.textValue());
    }
    return List.copyOf(texts);
  }

  /** The members of an object, in order. */
  Map<String, JsonNode> members(String name) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    new PlanNode(place + ", " + name, value(name))
        .json
        .properties()
        .forEach(member -> members.put(member.getKey(), member.getValue()));
    return members;
  }

  /** The members of an object of strings, in order. */
  Map<String, String> properties(String name) {
    Map<String, String> properties = new LinkedHashMap<>();
    members(name).forEach((key, value) -> properties.put(key, value.asText()));
    return properties;
  }

  /** The value that a name stands for; refused with the reason that the reader gives. */
  <T> T named(String name, Function<String, T> reader) {
    String text = text(name);
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new PlanException(place, "'" + name + "': " + e.getMessage(), e);
    }
  }

  private JsonNode list(String name) {
    JsonNode list = value(name);
    if (!list.isArray()) {
      throw refuse("'" + name + "' is " + shorten(list) + ", expected a list");
    }
    return list;
  }

  private static String shorten(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
