package io.tidegate.conformance;

import com.fasterxml.jackson.databind.JsonNode;

/** Recognises patterns that meet a defect of the reference which is not copied. */
final class KnownDefects {
  private KnownDefects() {}

  /** Which defect a pattern meets, or null. */
  static String of(JsonNode pattern) {
    JsonNode stages = pattern.get("stages");
    int last = stages.size() - 1;
    if (last > 0 && isAbsence(stages.get(last)) && mayEndEarly(stages.get(last - 1))) {
      return "FLINK-31040, a loop before a final not_followed_by";
    }
    return hasGroupEndingInAbsence(stages)
        ? "FLINK-15980, a group that ends in not_followed_by"
        : null;
  }

  private static boolean isAbsence(JsonNode stage) {
    return stage.path("contiguity").asText().equals("not_followed_by");
  }

  /** Whether the stage may take more events although it could be left. */
  private static boolean mayEndEarly(JsonNode stage) {
    JsonNode times = stage.path("times");
    if (times.isObject() && times.path("min").asInt() != times.path("max").asInt(-1)) {
      return true;
    }
    if (stage.has("group")) {
      JsonNode stages = stage.get("group").get("stages");
      JsonNode last = stages.get(stages.size() - 1);
      return last.path("optional").asBoolean(false) || mayEndEarly(last);
    }
    return false;
  }

  private static boolean hasGroupEndingInAbsence(JsonNode stages) {
    for (JsonNode stage : stages) {
      if (stage.has("group")) {
        JsonNode inside = stage.get("group").get("stages");
        if (isAbsence(inside.get(inside.size() - 1)) || hasGroupEndingInAbsence(inside)) {
          return true;
        }
      }
    }
    return false;
  }
}
