package io.tidegate.match;

import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.followedByAny;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads states that earlier versions have written and goes on from them.
 *
 * <p>The files lie in {@code src/test/resources/match}. When the format changes, its new number
 * joins the tests and {@link #main} writes its file; the old files stay as they are.
 */
class StateFormatTest {
  private static final String BEFORE = "a5@1 a1@2 b3@3 b0@4 c4@5 a3@6 b4@7";

  /** Writes a file of the present format: {@code StateFormatTest FILE}. */
  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0]), Snapshots.write(script().on(BEFORE).state));
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

  @ParameterizedTest
  @ValueSource(ints = {1})
  void aStateOfAnEarlierFormatGoesOnAsIfNothingHadHappened(int format) throws IOException {
    Script uninterrupted = script().on(BEFORE);
    Script restored = script().on(BEFORE);
    byte[] bytes = sample(format);
    assertThat(bytes[0]).isEqualTo((byte) format);
    restored.state = Snapshots.read(bytes);
    String after = "b4@8 c0@9 d0@10 b6@11 b7@12 a0@60";
    assertThat(restored.on(after).until(200).matches())
        .isEqualTo(uninterrupted.on(after).until(200).matches());
    assertThat(restored.matches()).hasSizeGreaterThan(1);
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
