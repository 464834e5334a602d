package io.tidegate.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.plan.ModelDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecords;
import io.tidegate.record.Position;
import io.tidegate.record.RuleReference;
import io.tidegate.record.ScoreRecord;
import io.tidegate.record.ScoreStatus;
import io.tidegate.record.WindowCut;
import io.tidegate.record.WindowStatus;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionTest {
  private static final Position AT = new Position("t", 0, 1);
  private static final WindowCut OK = new WindowCut(WindowStatus.OK, new float[] {1}, 0, 1, AT, AT);
  private static final WindowCut SHORT =
      new WindowCut(WindowStatus.SHORT_HISTORY, null, 0, 0, null, null);

  @Test
  void withoutAModelEveryMatchIsAnAlert() {
    Decision decision = new Decision(null);

    assertThat(decision.alertsUnscored(match(WindowCut.NONE))).isTrue();
    assertThat(decision.alertsUnscored(match(OK))).isTrue();
    assertThat(decision.alertsUnscored(match(SHORT))).isTrue();
    assertThat(decision.scores(match(OK))).isFalse();
  }

  @Test
  void aMatchWithoutAWindowOfItsOwnIsAnAlertWhateverThePolicy() {
    assertThat(decision(false).alertsUnscored(match(WindowCut.NONE))).isTrue();
  }

  @Test
  void aWindowThatCouldNotBeCutFollowsThePolicy() {
    assertThat(decision(true).alertsUnscored(match(SHORT))).isTrue();
    assertThat(decision(false).alertsUnscored(match(SHORT))).isFalse();
  }

  @Test
  void aRuleInShadowNeverAlerts() {
    MatchRecord shadow = shadow(match(OK));

    assertThat(new Decision(null).alertsUnscored(shadow)).isFalse();
    assertThat(decision(true).score(shadow, Map.of("score", 1.0), "CPU", 5).alerted()).isFalse();
    assertThat(decision(true).score(shadow, Map.of("score", Double.NaN), "CPU", 5).alerted())
        .isFalse();
  }

  @Property
  void aFiniteScoreAlertsFromTheThresholdOn(@ForAll double score) {
    ScoreRecord record = decision(false).score(match(OK), Map.of("score", score), "CPU", 5);

    assertThat(record.alerted()).isEqualTo(score >= 0.7);
    assertThat(record.status()).isEqualTo(ScoreStatus.OK);
    assertThat(record.match().window().values()).isNull();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aScoreThatIsNoNumberIsInvalidAndFollowsThePolicy(double score) {
    ScoreRecord alert = decision(true).score(match(OK), Map.of("score", score), "CPU", 5);
    ScoreRecord recorded = decision(false).score(match(OK), Map.of("score", score), "CPU", 5);

    assertThat(alert.status()).isEqualTo(ScoreStatus.INVALID);
    assertThat(alert.alerted()).isTrue();
    assertThat(recorded.alerted()).isFalse();
  }

  @Test
  void outputsWithoutAScoreAreRefusedByName() {
    assertThatThrownBy(() -> decision(true).score(match(OK), Map.of("logit", 1.0), "CPU", 5))
        .hasMessageContaining("[logit]")
        .hasMessageContaining("score");
  }

  static Decision decision(boolean alertUnscored) {
    return new Decision(
        new ModelDefinition(
            "cobot", "1", "p", "00", 0.7, 64, 5, alertUnscored, List.of("score"), ""));
  }

  static MatchRecord match(WindowCut window) {
    return MatchRecords.match("m", window);
  }

  private static MatchRecord shadow(MatchRecord m) {
    return new MatchRecord(
        new RuleReference("r", 1, "f", "low", true),
        m.key(),
        m.matchId(),
        m.startTimestamp(),
        m.endTimestamp(),
        m.timedOutAt(),
        m.detectedAt(),
        m.measures(),
        m.summary(),
        m.events(),
        m.window());
  }
}
