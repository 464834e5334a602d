package io.tidegate.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.match.Contiguity;
import io.tidegate.match.PatternDefinition;
import io.tidegate.match.SkipStrategy;
import io.tidegate.match.StageDefinition;
import io.tidegate.match.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One conformance case: a pattern, its events, and what must come out, all still as JSON. */
record CepCase(String id, JsonNode json) {

  /** Reads a file of cases, one JSON object a line. */
  static List<CepCase> read(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<CepCase> cases = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank()) {
        JsonNode json = mapper.readTree(line);
        cases.add(new CepCase(json.path("id").asText("line " + (cases.size() + 1)), json));
      }
    }
    return cases;
  }

  /** The pattern for our matcher. */
  PatternDefinition<JsonNode> pattern() {
    List<CepExpression> conditions = new ArrayList<>();
    JsonNode pattern = json.get("pattern");
    PatternDefinition<JsonNode> definition =
        new PatternDefinition<>(
            stages(pattern.get("stages"), conditions), pattern.path("within").asLong(0), skip());
    conditions.forEach(condition -> condition.bind(definition));
    return definition;
  }

  private SkipStrategy skip() {
    JsonNode skip = json.path("skip");
    String type = skip.path("type").asText("no_skip").toUpperCase(Locale.ROOT);
    return new SkipStrategy(
        SkipStrategy.Type.valueOf(type),
        skip.path("pattern").asText(null),
        skip.path("throw_on_miss").asBoolean(false));
  }

  private static List<StageDefinition<JsonNode>> stages(
      JsonNode stages, List<CepExpression> conditions) {
    List<StageDefinition<JsonNode>> result = new ArrayList<>();
    for (JsonNode stage : stages) {
      Contiguity contiguity = contiguity(stage.get("contiguity").asText());
      StageDefinition.Builder<JsonNode> builder =
          stage.has("group")
              ? StageDefinition.group(
                  contiguity, stages(stage.get("group").get("stages"), conditions))
              : StageDefinition.stage(stage.get("name").asText(), contiguity);
      builder
          .where(condition(stage, "where", conditions))
          .until(condition(stage, "until", conditions))
          .greedy(stage.path("greedy").asBoolean(false))
          .optional(stage.path("optional").asBoolean(false))
          .withinPrevious(stage.path("within_prev").asLong(0));
      if (stage.has("times")) {
        JsonNode times = stage.get("times");
        builder.times(
            new Times(
                times.get("min").asInt(),
                times.path("max").isNumber() ? times.get("max").asInt() : Times.UNBOUNDED,
                times.path("window").asLong(0)));
      }
      if (stage.has("inner")) {
        builder.inner(contiguity(stage.get("inner").asText()));
      }
      result.add(builder.build());
    }
    return result;
  }

  private static Contiguity contiguity(String name) {
    return Contiguity.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static CepExpression condition(
      JsonNode stage, String key, List<CepExpression> conditions) {
    if (!stage.hasNonNull(key)) {
      return null;
    }
    CepExpression condition = new CepExpression(stage.get(key));
    conditions.add(condition);
    return condition;
  }
}
