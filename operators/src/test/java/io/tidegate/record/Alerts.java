package io.tidegate.record;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Scores and alerts for tests. */
public final class Alerts {
  /** A model. */
  public static final ModelReference MODEL =
      new ModelReference("cobot", "1", "ab".repeat(32), "CPUExecutionProvider");

  private Alerts() {}

  /** A score of a match. */
  public static ScoreRecord score(MatchRecord match, double score) {
    boolean valid = Double.isFinite(score);
    return new ScoreRecord(
        match.withWindow(match.window().withoutValues()),
        MODEL,
        Map.of("score", score, "reconstruction_error", 0.5),
        valid ? ScoreStatus.OK : ScoreStatus.INVALID,
        0.7,
        score >= 0.7,
        6_000);
  }

  /** Any score. */
  public static Arbitrary<ScoreRecord> anyScore() {
    Arbitrary<Map<String, Double>> outputs =
        Arbitraries.oneOf(
                Arbitraries.doubles(), Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY))
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(Alerts::named);
    return Combinators.combine(
            MatchRecords.any(),
            outputs,
            Arbitraries.doubles(),
            Arbitraries.of(true, false),
            Arbitraries.longs())
        .as(
            (match, values, threshold, alerted, at) ->
                new ScoreRecord(
                    match,
                    MODEL,
                    values,
                    Double.isFinite(values.get("score")) ? ScoreStatus.OK : ScoreStatus.INVALID,
                    threshold,
                    alerted,
                    at));
  }

  /** Any alert, scored or not. */
  public static Arbitrary<Alert> any() {
    return Arbitraries.oneOf(
        anyScore().map(score -> Alert.scored(score, "", 7_000)),
        MatchRecords.any().map(match -> Alert.unscored(match, 8_000)));
  }

  private static Map<String, Double> named(List<Double> values) {
    Map<String, Double> outputs = new LinkedHashMap<>();
    outputs.put("score", values.get(0));
    for (int i = 1; i < values.size(); i++) {
      outputs.put("output " + i, values.get(i));
    }
    return outputs;
  }
}
