package io.tidegate.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.plan.PlanException;
import io.tidegate.plan.RuleCompiler;
import java.util.Map;

/**
 * Sets parameters of a rule: {@code {"limit": {"default": 900.0}, "ratio": {"by_key": {"C-17": 5.0,
 * "C-18": null}}}}; null takes an override away.
 */
public final class ParameterChange {
  private ParameterChange() {}

  /**
   * A rule's text with other values.
   *
   * @param definition the rule in the plan's form
   * @param values what is set
   * @throws PlanException when the rule has no such parameter or a value does not fit its type
   */
  public static String set(String definition, String values) {
    ObjectNode rule = (ObjectNode) RuleCompiler.tree("rule", definition);
    JsonNode parameters = rule.path("parameters");
    JsonNode wanted = RuleCompiler.tree("parameters", values);
    if (!wanted.isObject() || wanted.isEmpty()) {
      throw new PlanException("parameters", "expected an object with at least one parameter");
    }
    for (Map.Entry<String, JsonNode> one : wanted.properties()) {
      String place = "rule " + rule.path("id").asText() + ", parameter " + one.getKey();
      if (!(parameters.get(one.getKey()) instanceof ObjectNode parameter)) {
        throw new PlanException(place, "the rule has no such parameter");
      }
      set(parameter, one.getValue(), place);
    }
    return rule.toString();
  }

  private static void set(ObjectNode parameter, JsonNode wanted, String place) {
    String type = parameter.path("type").asText();
    if (wanted.has("default")) {
      parameter.set("default", typed(wanted.get("default"), type, place));
    }
    if (wanted.path("by_key").isObject()) {
      ObjectNode overrides =
          parameter.get("by_key") instanceof ObjectNode present
              ? present
              : parameter.putObject("by_key");
      for (Map.Entry<String, JsonNode> one : wanted.path("by_key").properties()) {
        if (one.getValue().isNull()) {
          overrides.remove(one.getKey());
        } else {
          overrides.set(one.getKey(), typed(one.getValue(), type, place));
        }
      }
    }
  }

  private static JsonNode typed(JsonNode value, String type, String place) {
    boolean fits =
        switch (type) {
          case "double" -> value.isNumber();
          case "long" -> value.isIntegralNumber() && value.canConvertToLong();
          case "boolean" -> value.isBoolean();
          default -> value.isTextual();
        };
    if (!fits) {
      throw new PlanException(place, "expected a " + type + ", found " + value);
    }
    return value;
  }
}
