package io.tidegate.expression;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.event.FieldType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a rule: what {@code $name} stands for in its expressions, with values for
 * single keys where they differ.
 *
 * <p>Expressions refer to the parameters themselves: turning to a key ({@link #select}) compiles
 * nothing. Not thread-safe.
 */
public final class Parameters {
  /**
   * A parameter as a plan states it.
   *
   * @param type the type of all its values
   * @param standard its value for keys that have none of their own: Double, Long, String or Boolean
   * @param byKey values by the key's text
   */
  public record Definition(FieldType type, Object standard, Map<String, Object> byKey) {
    public Definition {
      byKey = Map.copyOf(byKey);
    }

    Object of(String key) {
      return byKey.getOrDefault(key, standard);
    }
  }

  /** A parameter's node, its definition, and the value that it has for the key selected. */
  private static final class Slot {
    final Adjustable node;
    final Definition definition;
    Object value;

    Slot(Definition definition) {
      this.definition = definition;
      this.value = definition.standard;
      this.node =
          Adjustable.parameter(
              definition.type, definition.standard, () -> !this.definition.byKey.isEmpty());
    }

    void assign(Object next) {
      if (!next.equals(value)) {
        value = next;
        node.assign(next);
      }
    }
  }

  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final Slot[] varying;
  private String selected;

  /** Parameters with their values for a key that has none of its own. */
  public Parameters(Map<String, Definition> definitions) {
    definitions.forEach((name, definition) -> slots.put(name, new Slot(definition)));
    varying =
        slots.values().stream()
            .filter(slot -> !slot.definition.byKey.isEmpty())
            .toArray(Slot[]::new);
  }

  /**
   * Reads a plan's parameters: {@code {"limit": {"default": 5.0, "type": "double", "by_key": {}}}}.
   *
   * @throws ExpressionException when a value is missing or not of the parameter's type; it names
   *     the parameter and the key
   */
  public static Map<String, Definition> read(JsonNode parameters) {
    Map<String, Definition> definitions = new LinkedHashMap<>();
    parameters
        .properties()
        .forEach(entry -> definitions.put(entry.getKey(), read(entry.getKey(), entry.getValue())));
    return definitions;
  }

  private static Definition read(String name, JsonNode parameter) {
    String place = "parameter '" + name + "'";
    FieldType type;
    try {
      type = FieldType.of(parameter.path("type").asText());
    } catch (IllegalArgumentException e) {
      throw new ExpressionException(place + ": " + e.getMessage(), e);
    }
    Object standard = value(place, parameter.path("default"), type);
    Map<String, Object> byKey = new HashMap<>();
    for (var entry : parameter.path("by_key").properties()) {
      String key = place + ", key '" + entry.getKey() + "'";
      byKey.put(entry.getKey(), value(key, entry.getValue(), type));
    }
    return new Definition(type, standard, byKey);
  }

  private static Object value(String place, JsonNode value, FieldType type) {
    try {
      return Literal.read(value, type);
    } catch (ExpressionException e) {
      throw new ExpressionException(place + ": " + e.getMessage(), e);
    }
  }

  /** The node that stands for a parameter, or null where there is none of that name. */
  Constant node(String name) {
    Slot slot = slots.get(name);
    return slot == null ? null : slot.node;
  }

  /** The parameters' names, in alphabetic order. */
  public List<String> names() {
    return slots.keySet().stream().sorted().toList();
  }

  /** The parameters as they are stated now. */
  public Map<String, Definition> definitions() {
    Map<String, Definition> definitions = new LinkedHashMap<>();
    slots.forEach((name, slot) -> definitions.put(name, slot.definition));
    return definitions;
  }

  /** Whether some parameter has values of its own for some keys. */
  public boolean varyByKey() {
    return varying.length > 0;
  }

  /** Turns to a key; to be called before anything is evaluated for it. */
  public void select(String key) {
    // Most rules have nothing that differs, and several events of a key follow each other.
    if (varying.length > 0 && !key.equals(selected)) {
      selected = key;
      for (Slot slot : varying) {
        slot.assign(slot.definition.of(key));
      }
    }
  }
}
