package io.tidegate.match;

import static io.tidegate.match.Script.absentFor;
import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.followedByAny;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Reads states that earlier versions have written and goes on from them.
 *
 * <p>The files lie in {@code src/test/resources/match}. When the format changes, its new number
 * joins the tests and {@link #main} writes its file; the old files stay as they are.
 */
class StateFormatTest {
  private static final String BEFORE = "a5@1 a1@2 b3@3 b0@4 c4@5 a3@6 b4@7";

  private static final String ABSENCES = "a@1 b@2 b@4 d@11";

  /** Writes a file of the present format: {@code StateFormatTest FILE}. */
  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0]), Snapshots.write(absences().on(ABSENCES).state));
  }

  /** Has links without an event, shared events, several buckets and a match that is held back. */
  private static Script script() {
    EventCondition<TestEvent> notBelow =
        (event, matched) -> event.kind() == 1 && event.value() >= matched.first(0).value();
    return Script.of(
        100,
        SkipStrategy.skipToNext(),
        begin("a"),
        followedByAny("b").where(notBelow).times(Times.atLeast(1)).allowCombinations(),
        followedBy("c").optional(true));
  }

  /** Has links of passed time. */
  private static Script absences() {
    return Script.of(
        begin("a"),
        followedBy("b").times(Times.atLeast(1)),
        absentFor("x", 5),
        absentFor("y", 5),
        followedBy("c").withinPrevious(10));
  }

  @Test
  void aStateOfFormat1GoesOnAsIfNothingHadHappened() throws IOException {
    Script uninterrupted = script().on(BEFORE);
    Script restored = script().on(BEFORE);
    byte[] bytes = sample(1);
    assertThat(bytes[0]).isEqualTo((byte) 1);
    restored.state = Snapshots.read(bytes);
    String after = "b4@8 c0@9 d0@10 b6@11 b7@12 a0@60";
    assertThat(restored.on(after).until(200).matches())
        .isEqualTo(uninterrupted.on(after).until(200).matches());
    assertThat(restored.matches()).hasSizeGreaterThan(1);
    assertThat(restored.timeouts()).isEqualTo(uninterrupted.timeouts());
  }

  @Test
  void aStateOfFormat2HoldsHowFarTimeHasPassed() throws IOException {
    Script uninterrupted = absences().on(ABSENCES);
    Script restored = absences().on(ABSENCES);
    byte[] bytes = sample(2);
    assertThat(bytes[0]).isEqualTo((byte) 2);
    restored.state = Snapshots.read(bytes);
    String after = "x@14 c@20 b@21";
    assertThat(restored.on(after).until(100).matches())
        .isEqualTo(uninterrupted.on(after).until(100).matches());
    assertThat(restored.matches()).containsExactlyInAnyOrder("a=0 b=1 c=5", "a=0 b=1,2 c=5");
    assertThat(restored.timeouts()).isEqualTo(uninterrupted.timeouts());
  }

  private static byte[] sample(int format) throws IOException {
    String name = "/match/state-format-" + format + ".bin";
    try (InputStream file = StateFormatTest.class.getResourceAsStream(name)) {
      assertThat(file).as(name).isNotNull();
      return file.readAllBytes();
    }
  }
}
