package io.tidegate.operator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Binary form of keys, and the last keys read.
 *
 * <p>A stream repeats its keys: one that was read lately is found by its bytes and costs no new
 * objects, and what is noted in it is there already. The bytes of all that are remembered lie in
 * one array, a cache line each, so that finding a key touches nothing of the key itself. Not
 * thread-safe.
 */
final class KeyCodec {
  /** Expression, 2 bytes, and length, 4 bytes. */
  private static final int HEAD_BYTES = 6;

  private static final int LINE_BYTES = 64;
  private static final int FIRST_LINES = 1 << 12;

  /** So that what is remembered stays within 4 MiB and the keys themselves. */
  private static final int MOST_LINES = 1 << 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private byte[] lines = {};
  private RoutedKey[] lately = {};
  private int unknown;
  private byte[] buffer = new byte[LINE_BYTES];

  /** Expression, then the length in bytes, doubled and odd for two bytes a char, then the chars. */
  void write(RoutedKey key, DataOutput out) throws IOException {
    int length = encode(key);
    out.write(buffer, 0, length);
  }

  /** Writes as {@link #write} does into {@link #encoded}; returns the number of bytes. */
  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) is exact for Latin-1, and fast.
  int encode(RoutedKey key) {
    String text = key.text();
    int length = text.length();
    reserve(HEAD_BYTES + 2 * length);
    int seen = 0;
    for (int i = 0; i < length; i++) {
      seen |= text.charAt(i);
    }
    boolean wide = seen > 0xFF;
    int bytes = wide ? 2 * length : length;
    if (wide) {
      for (int i = 0; i < length; i++) {
        SHORTS.set(buffer, HEAD_BYTES + 2 * i, (short) text.charAt(i));
      }
    } else {
      text.getBytes(0, length, buffer, HEAD_BYTES);
    }
    SHORTS.set(buffer, 0, (short) key.expression());
    INTS.set(buffer, Short.BYTES, bytes << 1 | (wide ? 1 : 0));
    return HEAD_BYTES + bytes;
  }

  /** What {@link #encode} has written last; valid until the next call of anything. */
  byte[] encoded() {
    return buffer;
  }

  /** Reads what {@link #write} has written. */
  RoutedKey read(DataInput in) throws IOException {
    in.readFully(buffer, 0, HEAD_BYTES);
    int length = length(buffer, 0);
    reserve(length);
    in.readFully(buffer, HEAD_BYTES, length - HEAD_BYTES);
    return read(buffer, 0);
  }

  /** Number of bytes of the key that begins at a place in an array. */
  static int length(byte[] bytes, int from) {
    return HEAD_BYTES + ((int) INTS.get(bytes, from + Short.BYTES) >>> 1);
  }

  /** Reads the key that begins at a place in an array. */
  RoutedKey read(byte[] bytes, int from) {
    int length = length(bytes, from);
    if (length > LINE_BYTES) {
      return decode(bytes, from, length);
    }
    if (lines.length == 0 || unknown == lately.length && lately.length < MOST_LINES) {
      lately = new RoutedKey[Math.max(FIRST_LINES, 2 * lately.length)];
      lines = new byte[lately.length * LINE_BYTES];
      unknown = 0;
    }
    int slot = hash(bytes, from, length) & lately.length - 1;
    int line = slot * LINE_BYTES;
    RoutedKey key = lately[slot];
    if (key == null || !Arrays.equals(lines, line, line + length, bytes, from, from + length)) {
      key = decode(bytes, from, length);
      lately[slot] = key;
      System.arraycopy(bytes, from, lines, line, length);
      unknown++;
    }
    return key;
  }

  /** Spreads the bytes, of which the last ones differ most, over the lowest bits. */
  private static int hash(byte[] bytes, int from, int length) {
    long hash = length;
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(bytes, from + at)) * 0x9E37_79B9_7F4A_7C15L;
      hash ^= hash >>> 32;
    }
    for (; at < length; at++) {
      hash = 31 * hash + bytes[from + at];
    }
    hash *= 0x9E37_79B9_7F4A_7C15L;
    return (int) (hash >>> 40);
  }

  @SuppressWarnings("deprecation") // String(byte[], int, int, int) is exact for Latin-1, and fast.
  private static RoutedKey decode(byte[] bytes, int from, int length) {
    int expression = (short) SHORTS.get(bytes, from);
    boolean wide = ((int) INTS.get(bytes, from + Short.BYTES) & 1) != 0;
    int begin = from + HEAD_BYTES;
    int size = length - HEAD_BYTES;
    if (!wide) {
      return new RoutedKey(expression, new String(bytes, 0, begin, size));
    }
    char[] chars = new char[size / 2];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) (short) SHORTS.get(bytes, begin + 2 * i);
    }
    return new RoutedKey(expression, new String(chars));
  }

  private void reserve(int bytes) {
    if (buffer.length < bytes) {
      buffer = Arrays.copyOf(buffer, 2 * bytes);
    }
  }
}
