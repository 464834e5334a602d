package io.tidegate.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecordCodec;
import io.tidegate.record.MatchRecords;
import io.tidegate.record.Position;
import io.tidegate.record.WindowCut;
import io.tidegate.record.WindowStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FrameTest {
  private static final String META =
      "{\"provider\":\"CPUExecutionProvider\",\"outputs\":[\"score\",\"probability\"],"
          + "\"scored_at\":1700000000123}";

  @Property(tries = 100)
  void aRequestHoldsEveryWindowAndItsMatch(
      @ForAll @IntRange(min = 0, max = 70) int count,
      @ForAll @IntRange(min = 1, max = 4) int channels,
      @ForAll @IntRange(min = 1, max = 9) int length)
      throws IOException {
    RequestFrame frame = new RequestFrame(channels, length, false);
    List<MatchRecord> matches = new ArrayList<>();
    // Twice, so that what take leaves behind is seen.
    for (int round = 0; round < 2; round++) {
      matches.clear();
      for (int i = 0; i < count; i++) {
        matches.add(windowed("m" + round + "-" + i, channels, length, 10 * i + round));
        frame.add(matches.get(i));
      }
      ByteBuffer bytes = ByteBuffer.wrap(frame.take()).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(text(bytes, 4)).isEqualTo("TGW1");
      assertThat(new int[] {bytes.getInt(), bytes.getInt(), bytes.getInt()})
          .containsExactly(count, channels, length);
      for (MatchRecord match : matches) {
        for (float value : match.window().values()) {
          assertThat(bytes.getFloat()).isEqualTo(value);
        }
      }
      for (MatchRecord match : matches) {
        byte[] context = new byte[bytes.getInt()];
        bytes.get(context);
        assertThat(MatchRecordCodec.read(new DataInputStream(new ByteArrayInputStream(context))))
            .isEqualTo(match.withWindow(match.window().withoutValues()));
      }
      assertThat(bytes.hasRemaining()).isFalse();
      assertThat(frame.count()).isZero();
    }
  }

  @Example
  void aRequestForAModelWithNumbersOfKeysHasTheKeyOfEveryRow() throws IOException {
    RequestFrame frame = new RequestFrame(1, 2, true);
    for (int round = 0; round < 2; round++) {
      List<String> keys = List.of("robot-1", "", "röbot" + round);
      for (String key : keys) {
        frame.add(keyed(windowed("m", 1, 2, 0), key));
      }
      ByteBuffer bytes = ByteBuffer.wrap(frame.take()).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(text(bytes, 4)).isEqualTo("TGW2");
      bytes.position(4 + 3 * Integer.BYTES + 3 * 2 * Float.BYTES);
      for (String key : keys) {
        byte[] found = new byte[bytes.getInt()];
        bytes.get(found);
        assertThat(new String(found, StandardCharsets.UTF_8)).isEqualTo(key);
      }
      for (String key : keys) {
        byte[] context = new byte[bytes.getInt()];
        bytes.get(context);
        assertThat(
                MatchRecordCodec.read(new DataInputStream(new ByteArrayInputStream(context))).key())
            .isEqualTo(key);
      }
      assertThat(bytes.hasRemaining()).isFalse();
    }
  }

  @Example
  void aResponseSaysHowManyKeysTheModelDoesNotKnow() throws IOException {
    String meta = META.replace("}", ",\"unknown_domains\":2}");

    assertThat(ScoredBatch.read(response(meta, new float[] {1, 2, 3, 4}, 2)).unknownDomains())
        .isEqualTo(2);
    assertThat(ScoredBatch.read(response(META, new float[] {1, 2, 3, 4}, 2)).unknownDomains())
        .isZero();
  }

  @Example
  void aWindowOfAnotherSizeIsRefusedByItsMatch() {
    RequestFrame frame = new RequestFrame(2, 3, false);

    assertThatThrownBy(() -> frame.add(windowed("m7", 2, 4, 0)))
        .isInstanceOf(FrameException.class)
        .hasMessageContaining("m7")
        .hasMessageContaining("8 values")
        .hasMessageContaining("2 x 3");
    assertThatThrownBy(() -> frame.add(MatchRecords.match("m8", WindowCut.NONE)))
        .hasMessageContaining("status none");
  }

  @Example
  void aResponseIsReadRowByRow() throws IOException {
    ScoredBatch batch = ScoredBatch.read(response(META, new float[] {1, 2, Float.NaN, 4}, 2));

    assertThat(batch.count()).isEqualTo(2);
    assertThat(batch.provider()).isEqualTo("CPUExecutionProvider");
    assertThat(batch.outputs()).containsExactly("score", "probability");
    assertThat(batch.scoredAt()).isEqualTo(1_700_000_000_123L);
    assertThat(batch.value(0, 1)).isEqualTo(2);
    assertThat(batch.value(1, 0)).isNaN();
    assertThat(batch.value(1, 1)).isEqualTo(4);
    assertThat(batch.matches()).extracting(MatchRecord::matchId).containsExactly("row0", "row1");
  }

  @Example
  void aResponseMayHaveNoRows() throws IOException {
    assertThat(ScoredBatch.read(response(META, new float[0], 0)).count()).isZero();
  }

  @Example
  void everyTruncationIsRefusedAndNothingElseIsThrown() throws IOException {
    byte[] whole = response(META, new float[] {1, 2, 3, 4}, 2);

    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ScoredBatch.read(cut))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(FrameException.class)
          .hasMessageStartingWith("response");
    }
  }

  @Example
  void whatIsMalformedIsNamed() throws IOException {
    byte[] magic = response(META, new float[] {1, 2}, 1);
    magic[0] = 'X';
    assertThatThrownBy(() -> ScoredBatch.read(magic)).hasMessageContaining("'XGS1'");

    byte[] longer = Arrays.copyOf(magic, magic.length + 3);
    longer[0] = 'T';
    assertThatThrownBy(() -> ScoredBatch.read(longer)).hasMessageContaining("3 bytes after");

    assertThatThrownBy(() -> ScoredBatch.read(response("{nope", new float[0], 0)))
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> ScoredBatch.read(response("{\"provider\":1}", new float[0], 0)))
        .hasMessageContaining("expected provider, outputs and scored_at");

    byte[] count = response(META, new float[] {1, 2}, 1);
    ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).putInt(4, Integer.MAX_VALUE);
    assertThatThrownBy(() -> ScoredBatch.read(count)).hasMessageContaining("values of 2147483647");
    ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).putInt(4, -1);
    assertThatThrownBy(() -> ScoredBatch.read(count)).isInstanceOf(FrameException.class);
  }

  /** A match with a complete window of rising values. */
  static MatchRecord windowed(String id, int channels, int length, float first) {
    float[] values = new float[channels * length];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i;
    }
    Position position = new Position("t", 0, 1);
    return MatchRecords.match(id, new WindowCut(WindowStatus.OK, values, 1, 2, position, position));
  }

  private static MatchRecord keyed(MatchRecord match, String key) {
    return new MatchRecord(
        match.rule(),
        key,
        match.matchId(),
        match.startTimestamp(),
        match.endTimestamp(),
        match.timedOutAt(),
        match.detectedAt(),
        match.measures(),
        match.summary(),
        match.events(),
        match.window());
  }

  private static byte[] response(String meta, float[] values, int rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] json = meta.getBytes(StandardCharsets.UTF_8);
    ByteBuffer head = ByteBuffer.allocate(10 + json.length + 4 * values.length);
    head.order(ByteOrder.LITTLE_ENDIAN).put("TGS1".getBytes(StandardCharsets.US_ASCII));
    head.putInt(rows).putShort((short) json.length).put(json);
    for (float value : values) {
      head.putFloat(value);
    }
    out.write(head.array());
    for (int row = 0; row < rows; row++) {
      ByteArrayOutputStream context = new ByteArrayOutputStream();
      MatchRecordCodec.write(
          MatchRecords.match("row" + row, WindowCut.NONE), new DataOutputStream(context));
      ByteBuffer size = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      out.write(size.putInt(context.size()).array());
      out.write(context.toByteArray());
    }
    return out.toByteArray();
  }

  private static String text(ByteBuffer bytes, int length) {
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.US_ASCII);
  }
}
