package io.tidegate.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Numbers in as many bytes as they need, small ones of either sign in one; and texts. */
final class Numbers {
  private Numbers() {}

  static void write(DataOutput out, long value) throws IOException {
    long rest = value << 1 ^ value >> 63;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long readLong(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.readByte();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new IOException("a number of more than 64 bits");
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
