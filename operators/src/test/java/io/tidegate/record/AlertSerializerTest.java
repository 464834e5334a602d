package io.tidegate.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class AlertSerializerTest {
  @Property(tries = 200)
  void anAlertThatIsWrittenIsReadBack(@ForAll("alerts") Alert first, @ForAll("alerts") Alert next)
      throws IOException {
    assertBothComeBack(AlertSerializer.INSTANCE, first, next);
  }

  @Property(tries = 200)
  void aScoreThatIsWrittenIsReadBack(
      @ForAll("scores") ScoreRecord first, @ForAll("scores") ScoreRecord next) throws IOException {
    assertBothComeBack(ScoreRecordSerializer.INSTANCE, first, next);
  }

  @Test
  void theIdDependsOnTheMatchAndTheModelAndNothingElse() {
    MatchRecord match = MatchRecords.match("m1", WindowCut.NONE);
    Alert scored = Alert.scored(Alerts.score(match, 0.9), "", 1);

    assertThat(Alert.scored(Alerts.score(match, 0.8), "", 2).alertId()).isEqualTo(scored.alertId());
    assertThat(Alert.scored(Alerts.score(match, 0.9), "numbers", 1).alertId())
        .isNotEqualTo(scored.alertId());
    assertThat(Alert.unscored(match, 1).alertId())
        .isNotEqualTo(scored.alertId())
        .isEqualTo(Alert.unscored(match, 9).alertId())
        // printf m1 | sha256sum
        .isEqualTo("ca0df2c95aa144c1d0ff2ff3c8f967fd");
  }

  @Test
  void anotherFormatIsRefusedByNumber() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    AlertSerializer.INSTANCE.serialize(
        Alert.unscored(MatchRecords.match("m", WindowCut.NONE), 1), out);
    byte[] bytes = out.getCopyOfBuffer();
    bytes[0] = 9;

    assertThatThrownBy(() -> AlertSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 9");
  }

  @Test
  void anInvalidScoreIsNoNumberToAverage() {
    ScoreRecord score = Alerts.score(MatchRecords.match("m", WindowCut.NONE), Double.NaN);

    assertThat(score.score()).isNull();
    assertThat(score.outputs().get("score")).isNaN();
  }

  private static <T> void assertBothComeBack(TypeSerializer<T> serializer, T first, T next)
      throws IOException {
    DataOutputSerializer two = new DataOutputSerializer(64);
    serializer.serialize(first, two);
    serializer.serialize(next, two);
    DataInputDeserializer in = new DataInputDeserializer(two.getCopyOfBuffer());
    DataOutputSerializer copied = new DataOutputSerializer(64);
    serializer.copy(in, copied);

    assertThat(serializer.deserialize(new DataInputDeserializer(copied.getCopyOfBuffer())))
        .isEqualTo(first);
    assertThat(serializer.deserialize(in)).isEqualTo(next);
    assertThat(in.available()).isZero();
  }

  @Provide
  Arbitrary<Alert> alerts() {
    return Alerts.any();
  }

  @Provide
  Arbitrary<ScoreRecord> scores() {
    return Alerts.anyScore();
  }
}
