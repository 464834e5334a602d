package io.tidegate.plan;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How large the automaton of a pattern becomes: repetitions are unrolled, those of groups multiply.
 */
final class PatternSize {
  /** More states than any pattern that people write, few enough to be built at once. */
  static final long MOST = 10_000;

  private PatternSize() {}

  /** Refuses a rule whose pattern is too large. */
  static void check(PlanNode rule) {
    long size = of(rule.value("pattern").path("stages"));
    if (size > MOST) {
      throw rule.refuse(
          "its pattern unrolls to more than "
              + MOST
              + " states; repeat less, or without a maximum");
    }
  }

  private static long of(JsonNode stages) {
    long size = 0;
    for (JsonNode stage : stages) {
      size = Math.min(MOST + 1, size + (stage.isArray() ? of(stage) : ofStage(stage)));
    }
    return size;
  }

  private static long ofStage(JsonNode stage) {
    long inner = 1;
    for (String members : new String[] {"group", "any_of", "all_of"}) {
      inner += of(stage.path(members));
    }
    JsonNode times = stage.path("times");
    long most = Math.max(times.path("min").asLong(1), times.path("max").asLong(1));
    return inner * Math.min(MOST + 1, Math.max(1, most));
  }
}
