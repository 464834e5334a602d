package io.tidegate.derive;

import io.tidegate.bytes.Varint;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Numbers in as many bytes as they need, small ones of either sign in one; and texts. */
final class Numbers {
  private Numbers() {}

  static void write(DataOutput out, long value) throws IOException {
    Varint.write(out, Varint.zigzag(value));
  }

  static long readLong(DataInput in) throws IOException {
    return Varint.unzigzag(Varint.read(in));
  }

  // Char by char, so that every string comes back as it was.
  static void write(DataOutput out, String text) throws IOException {
    write(out, text.length());
    for (int i = 0; i < text.length(); i++) {
      write(out, text.charAt(i));
    }
  }

  static String readString(DataInput in) throws IOException {
    char[] chars = new char[(int) readLong(in)];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) readLong(in);
    }
    return new String(chars);
  }
}
