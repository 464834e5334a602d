package io.tidegate.record;

import java.util.Objects;

/**
 * A match that somebody has to look at.
 *
 * @param alertId first 32 hex digits of the sha256 over the match id, the model's sha256 and that
 *     of its numbers of keys, where it has some
 * @param match the match, its window without values
 * @param status what became of the score
 * @param score the score; null unless the status is {@code OK}
 * @param threshold what the score was held against; null when no model saw the match
 * @param model the model; null when none saw the match
 * @param scoredAt wall clock when the window had been scored, epoch ms; null when no model saw it
 * @param createdAt wall clock when the alert was made, epoch ms
 */
public record Alert(
    String alertId,
    MatchRecord match,
    ScoreStatus status,
    Double score,
    Double threshold,
    ModelReference model,
    Long scoredAt,
    long createdAt) {
  public Alert {
    Objects.requireNonNull(alertId, "alertId");
    Objects.requireNonNull(match, "match");
    Objects.requireNonNull(status, "status");
    if ((status == ScoreStatus.UNSCORED) != (model == null)) {
      throw new IllegalArgumentException(
          "alert " + alertId + ": status " + status.text() + " with model " + model);
    }
    if ((status == ScoreStatus.OK) != (score != null)) {
      throw new IllegalArgumentException(
          "alert " + alertId + ": status " + status.text() + " with score " + score);
    }
    if ((model == null) != (threshold == null) || (model == null) != (scoredAt == null)) {
      throw new IllegalArgumentException(
          "alert " + alertId + ": model, threshold and scoredAt are given together, or none");
    }
  }

  /** The alert of a match that no model saw. */
  public static Alert unscored(MatchRecord match, long createdAt) {
    return new Alert(
        Ids.alert(match.matchId(), ""),
        match,
        ScoreStatus.UNSCORED,
        null,
        null,
        null,
        null,
        createdAt);
  }

  /**
   * The alert of a match that a model saw.
   *
   * @param score what the model made of it
   * @param domainsSha256 of the model's numbers of keys; empty where it has none
   * @param createdAt wall clock, epoch ms
   */
  public static Alert scored(ScoreRecord score, String domainsSha256, long createdAt) {
    return new Alert(
        Ids.alert(score.match().matchId(), score.model().sha256() + domainsSha256),
        score.match(),
        score.status(),
        score.score(),
        score.threshold(),
        score.model(),
        score.scoredAt(),
        createdAt);
  }
}
