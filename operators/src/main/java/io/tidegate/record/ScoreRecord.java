package io.tidegate.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a model made of the window of a match, whatever followed from it.
 *
 * @param match the match, its window without values
 * @param model the model
 * @param outputs every output of the model by name, as it gave them, NaN included
 * @param status {@code OK} or {@code INVALID}
 * @param threshold what the score was held against
 * @param alerted whether an alert was raised
 * @param scoredAt wall clock when the batch had been scored, epoch ms
 */
public record ScoreRecord(
    MatchRecord match,
    ModelReference model,
    Map<String, Double> outputs,
    ScoreStatus status,
    double threshold,
    boolean alerted,
    long scoredAt) {
  /** Name of the output that is held against the threshold. */
  public static final String SCORE = "score";

  public ScoreRecord {
    Objects.requireNonNull(match, "match");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(status, "status");
    if (status == ScoreStatus.UNSCORED) {
      throw new IllegalArgumentException("match " + match.matchId() + " was not scored");
    }
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    if (!outputs.containsKey(SCORE)) {
      throw new IllegalArgumentException("outputs " + outputs.keySet() + " lack " + SCORE);
    }
  }

  /** The score, or null when it is invalid: a table's average must not meet NaN. */
  public Double score() {
    return status == ScoreStatus.OK ? outputs.get(SCORE) : null;
  }
}
