package io.tidegate.decide;

import io.tidegate.plan.ModelDefinition;
import io.tidegate.record.Alert;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.ModelReference;
import io.tidegate.record.ScoreRecord;
import io.tidegate.record.ScoreStatus;
import io.tidegate.record.WindowStatus;
import java.io.Serializable;
import java.util.Map;

/**
 * Which matches become alerts. Score and decision are two things: a score is recorded whatever is
 * decided.
 *
 * <p>A rule in shadow never raises an alert.
 */
public final class Decision implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ModelDefinition model;

  /** Decisions of a pipeline; {@code model} is null when it has none. */
  public Decision(ModelDefinition model) {
    this.model = model;
  }

  /** The alert about a match that a model has judged, made at a wall clock, epoch ms. */
  public Alert alert(ScoreRecord score, long createdAt) {
    return Alert.scored(score, model.domainsSha256(), createdAt);
  }

  /** Whether the model is to judge a match. */
  public boolean scores(MatchRecord match) {
    return model != null && match.window().status() == WindowStatus.OK;
  }

  /**
   * Whether a match that no model judges becomes an alert: always where none was meant to, and by
   * the model's {@code unscored} where its window could not be cut.
   */
  public boolean alertsUnscored(MatchRecord match) {
    if (match.rule().shadow()) {
      return false;
    }
    boolean meant = model != null && match.window().status() != WindowStatus.NONE;
    return !meant || model.alertUnscored();
  }

  /**
   * What a model made of a match. A score that is NaN or infinite is invalid and follows {@code
   * unscored}: it is below no threshold.
   *
   * @param match the match
   * @param outputs the model's outputs by name, {@link ScoreRecord#SCORE} among them
   * @param provider ONNX Runtime execution provider that was used
   * @param scoredAt wall clock of the scoring, epoch ms
   */
  public ScoreRecord score(
      MatchRecord match, Map<String, Double> outputs, String provider, long scoredAt) {
    Double score = outputs.get(ScoreRecord.SCORE);
    if (score == null) {
      throw new IllegalArgumentException(
          "model "
              + model.name()
              + " gave "
              + outputs.keySet()
              + ", expected an output "
              + ScoreRecord.SCORE);
    }
    boolean valid = Double.isFinite(score);
    boolean alerts = valid ? score >= model.threshold() : model.alertUnscored();
    return new ScoreRecord(
        match.withWindow(match.window().withoutValues()),
        new ModelReference(model.name(), model.version(), model.sha256(), provider),
        outputs,
        valid ? ScoreStatus.OK : ScoreStatus.INVALID,
        model.threshold(),
        alerts && !match.rule().shadow(),
        scoredAt);
  }
}
