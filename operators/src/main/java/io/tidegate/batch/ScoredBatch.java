package io.tidegate.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecordCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;

/**
 * What the scorer made of a request.
 *
 * <p>Layout: {@code "TGS1"}, u32 count, u16 n and n bytes of JSON {@code {"provider", "outputs",
 * "scored_at"}}, with {@code "unknown_domains"} where there are some, float32 [count, outputs],
 * then for each row u32 n and n bytes of context.
 *
 * @param provider the ONNX Runtime execution provider that was used
 * @param outputs names of the model's outputs, by column
 * @param scoredAt wall clock when the batch had been scored, epoch ms
 * @param values float32 [count, outputs], NaN included
 * @param matches the matches of the rows, their windows without values
 * @param unknownDomains how many rows had a key that the model has no numbers of
 */
public record ScoredBatch(
    String provider,
    List<String> outputs,
    long scoredAt,
    float[] values,
    List<MatchRecord> matches,
    int unknownDomains) {
  private static final String MAGIC = "TGS1";
  private static final ObjectMapper JSON = new ObjectMapper();

  public ScoredBatch {
    outputs = List.copyOf(outputs);
    matches = List.copyOf(matches);
    if (values.length != outputs.size() * matches.size()) {
      throw new FrameException(
          values.length + " values for " + matches.size() + " rows of outputs " + outputs);
    }
  }

  /** Number of rows. */
  public int count() {
    return matches.size();
  }

  /** One value of one row. */
  public float value(int row, int output) {
    return values[row * outputs.size() + output];
  }

  /**
   * Reads a response.
   *
   * @throws FrameException when it is malformed, with the part that is
   */
  public static ScoredBatch read(byte[] bytes) {
    ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String magic = new String(take(frame, MAGIC.length(), "magic"), StandardCharsets.US_ASCII);
    if (!magic.equals(MAGIC)) {
      throw new FrameException("response begins with '" + magic + "', expected '" + MAGIC + "'");
    }
    need(frame, Integer.BYTES, "row count");
    int count = frame.getInt();
    need(frame, Short.BYTES, "length of meta");
    JsonNode meta = meta(take(frame, Short.toUnsignedInt(frame.getShort()), "meta"));
    List<String> outputs = outputs(meta);
    // Rows cost at least four bytes each: no count makes this allocate more than the frame holds.
    need(frame, (long) count * (outputs.size() + 1) * Float.BYTES, "values of " + count + " rows");
    float[] values = new float[count * outputs.size()];
    frame.asFloatBuffer().get(values);
    frame.position(frame.position() + values.length * Float.BYTES);
    List<MatchRecord> matches = new ArrayList<>(count);
    for (int row = 0; row < count; row++) {
      matches.add(context(frame, row));
    }
    if (frame.hasRemaining()) {
      throw new FrameException("response has " + frame.remaining() + " bytes after the last row");
    }
    return new ScoredBatch(
        meta.get("provider").textValue(),
        outputs,
        meta.get("scored_at").longValue(),
        values,
        matches,
        meta.path("unknown_domains").intValue());
  }

  private static JsonNode meta(byte[] text) {
    JsonNode meta;
    try {
      meta = JSON.readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new FrameException("response has meta that is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!meta.path("provider").isTextual()
        || !meta.path("scored_at").isIntegralNumber()
        || !meta.path("outputs").isArray()) {
      throw new FrameException(
          "response has meta " + meta + ", expected provider, outputs and scored_at");
    }
    return meta;
  }

  private static List<String> outputs(JsonNode meta) {
    List<String> outputs = new ArrayList<>();
    for (JsonNode output : meta.get("outputs")) {
      outputs.add(output.asText());
    }
    return outputs;
  }

  private static MatchRecord context(ByteBuffer frame, int row) {
    String what = "context of row " + row;
    need(frame, Integer.BYTES, "length of " + what);
    byte[] bytes = take(frame, frame.getInt(), what);
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    try {
      MatchRecord match = MatchRecordCodec.read(in);
      if (in.available() > 0) {
        throw new FrameException("response has " + in.available() + " bytes too many in " + what);
      }
      return match;
    } catch (IOException e) {
      throw new FrameException("response has an unreadable " + what + ": " + e, e);
    }
  }

  private static byte[] take(ByteBuffer frame, int bytes, String what) {
    need(frame, bytes, what);
    byte[] taken = new byte[bytes];
    frame.get(taken);
    return taken;
  }

  private static void need(ByteBuffer frame, long bytes, String what) {
    if (bytes < 0 || frame.remaining() < bytes) {
      throw new FrameException(
          "response ends in " + what + ": " + frame.remaining() + " bytes left, expected " + bytes);
    }
  }
}
