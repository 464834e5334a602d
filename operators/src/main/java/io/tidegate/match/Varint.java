package io.tidegate.match;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Whole numbers from 0 in as few bytes as they need, seven bits a byte, least significant first.
 */
final class Varint {
  private Varint() {}

  static void write(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long read(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = in.readUnsignedByte();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new IOException("number of more than 64 bits in matcher state");
  }

  static int readInt(DataInput in) throws IOException {
    long value = read(in);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new IOException("count " + value + " out of range in matcher state");
    }
    return (int) value;
  }
}
