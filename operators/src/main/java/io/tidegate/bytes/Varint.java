package io.tidegate.bytes;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Whole numbers from 0 in as few bytes as they need, seven bits a byte, least significant first.
 */
public final class Varint {
  private Varint() {}

  /** Writes a number; one below 0 as if it had no sign. */
  public static void write(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /**
   * Reads a number.
   *
   * @throws IOException where there is none of 64 bits, or as the input does
   */
  public static long read(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = in.readUnsignedByte();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new IOException("a number of more than 64 bits");
  }

  /**
   * Reads a count.
   *
   * @throws IOException where it is none of 31 bits, or as the input does
   */
  public static int readInt(DataInput in) throws IOException {
    long value = read(in);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new IOException("count " + value + " out of range");
    }
    return (int) value;
  }

  /** A number of either sign as one from 0 on, small where it is near 0. */
  public static long zigzag(long value) {
    return value << 1 ^ value >> 63;
  }

  /** The number of either sign. */
  public static long unzigzag(long value) {
    return value >>> 1 ^ -(value & 1);
  }
}
