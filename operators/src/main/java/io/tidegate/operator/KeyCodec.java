package io.tidegate.operator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Binary form of keys, and the last keys read.
 *
 * <p>A stream repeats its keys: one that was read lately is found by its bytes and costs no new
 * objects, and its hash code is there already. Not thread-safe.
 */
final class KeyCodec {
  private static final int SLOTS = 4096;
  private static final int LONGEST_REMEMBERED = 64;

  private final RoutedKey[] lately = new RoutedKey[SLOTS];
  private byte[] buffer = new byte[64];

  /** Expression, then the length in bytes, doubled and odd for two bytes a char, then the chars. */
  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) is exact for Latin-1, and fast.
  void write(RoutedKey key, DataOutput out) throws IOException {
    String text = key.text();
    int length = text.length();
    reserve(2 * length);
    int seen = 0;
    for (int i = 0; i < length; i++) {
      seen |= text.charAt(i);
    }
    boolean wide = seen > 0xFF;
    int bytes = wide ? 2 * length : length;
    if (wide) {
      for (int i = 0; i < length; i++) {
        buffer[2 * i] = (byte) (text.charAt(i) >>> 8);
        buffer[2 * i + 1] = (byte) text.charAt(i);
      }
    } else {
      text.getBytes(0, length, buffer, 0);
    }
    out.writeShort(key.expression());
    out.writeInt(bytes << 1 | (wide ? 1 : 0));
    out.write(buffer, 0, bytes);
  }

  /** Reads what {@link #write} has written. */
  @SuppressWarnings("deprecation") // String(byte[], int, int, int) is exact for Latin-1, and fast.
  RoutedKey read(DataInput in) throws IOException {
    int expression = in.readShort();
    int head = in.readInt();
    int bytes = head >>> 1;
    reserve(bytes);
    in.readFully(buffer, 0, bytes);
    if ((head & 1) != 0) {
      return new RoutedKey(expression, wide(bytes / 2));
    }
    if (bytes > LONGEST_REMEMBERED) {
      return new RoutedKey(expression, new String(buffer, 0, 0, bytes));
    }
    int hash = expression;
    for (int i = 0; i < bytes; i++) {
      hash = 31 * hash + buffer[i];
    }
    int slot = (hash ^ hash >>> 12) & SLOTS - 1;
    RoutedKey known = lately[slot];
    if (known == null || !isBuffered(known, expression, bytes)) {
      known = new RoutedKey(expression, new String(buffer, 0, 0, bytes));
      lately[slot] = known;
    }
    return known;
  }

  private boolean isBuffered(RoutedKey key, int expression, int length) {
    String text = key.text();
    if (key.expression() != expression || text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != (buffer[i] & 0xFF)) {
        return false;
      }
    }
    return true;
  }

  private String wide(int length) {
    char[] chars = new char[length];
    for (int i = 0; i < length; i++) {
      chars[i] = (char) ((buffer[2 * i] & 0xFF) << 8 | buffer[2 * i + 1] & 0xFF);
    }
    return new String(chars);
  }

  private void reserve(int bytes) {
    if (buffer.length < bytes) {
      buffer = new byte[2 * bytes];
    }
  }
}
