package io.tidegate.batch;

import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecordCodec;
import io.tidegate.record.WindowStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Collects windows into a request to the scorer.
 *
 * <p>Layout: {@code "TGW1"}, u32 count, u32 channels, u32 length, float32 [count, channels,
 * length], then for each row u32 n and n bytes of context: the match without its window's values.
 * For a model with numbers of keys it is {@code "TGW2"}, with u32 n and n bytes of the match's key
 * in UTF-8 for each row before the contexts.
 */
public final class RequestFrame {
  private static final byte[] PLAIN = "TGW1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEYED = "TGW2".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = PLAIN.length + 3 * Integer.BYTES;

  private final int channels;
  private final int length;
  private final boolean keyed;
  private final List<byte[]> keys = new ArrayList<>();
  private final DataOutputSerializer contexts = new DataOutputSerializer(4096);
  private int[] contextEnds = new int[16];
  private ByteBuffer windows;
  private int keyBytes;
  private int count;

  /**
   * An empty frame for windows of float32 [channels, length].
   *
   * @param keyed whether the keys of the matches are in it
   */
  public RequestFrame(int channels, int length, boolean keyed) {
    this.channels = channels;
    this.length = length;
    this.keyed = keyed;
    this.windows = littleEndian(16 * windowBytes());
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int windowBytes() {
    return channels * length * Float.BYTES;
  }

  /** Number of windows. */
  public int count() {
    return count;
  }

  /**
   * Adds the window of a match.
   *
   * @throws FrameException when the match has no complete window, or one of another size
   */
  public void add(MatchRecord match) {
    float[] values = match.window().values();
    if (match.window().status() != WindowStatus.OK || values.length != channels * length) {
      throw new FrameException(
          "match "
              + match.matchId()
              + " has a window with status "
              + match.window().status().text()
              + " and "
              + (values == null ? 0 : values.length)
              + " values, expected ok and "
              + channels
              + " x "
              + length);
    }
    if (windows.remaining() < windowBytes()) {
      ByteBuffer wider = littleEndian(2 * windows.capacity());
      windows = wider.put(windows.flip());
    }
    windows.asFloatBuffer().put(values);
    windows.position(windows.position() + windowBytes());
    if (keyed) {
      byte[] key = match.key().getBytes(StandardCharsets.UTF_8);
      keys.add(key);
      keyBytes += Integer.BYTES + key.length;
    }
    writeContext(match);
  }

  private void writeContext(MatchRecord match) {
    try {
      MatchRecordCodec.write(match.withWindow(match.window().withoutValues()), contexts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (count == contextEnds.length) {
      contextEnds = Arrays.copyOf(contextEnds, 2 * count);
    }
    contextEnds[count++] = contexts.length();
  }

  /** The frame of what was added; empties this. */
  public byte[] take() {
    int size = HEADER + windows.position() + keyBytes + count * Integer.BYTES + contexts.length();
    ByteBuffer frame = littleEndian(size);
    frame.put(keyed ? KEYED : PLAIN).putInt(count).putInt(channels).putInt(length);
    frame.put(windows.flip());
    for (byte[] key : keys) {
      frame.putInt(key.length).put(key);
    }
    int begin = 0;
    for (int i = 0; i < count; i++) {
      int bytes = contextEnds[i] - begin;
      frame.putInt(bytes).put(contexts.getSharedBuffer(), begin, bytes);
      begin = contextEnds[i];
    }
    windows.clear();
    keys.clear();
    keyBytes = 0;
    contexts.clear();
    count = 0;
    return frame.array();
  }
}
