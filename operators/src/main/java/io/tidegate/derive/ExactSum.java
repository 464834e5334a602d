package io.tidegate.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The exact sum of doubles that come and go, rounded once when it is asked for.
 *
 * <p>Kept as a sum of doubles that do not overlap (Shewchuk, "Adaptive Precision Floating-Point
 * Arithmetic", 1997): adding and taking away are exact, so however long a window slides there is no
 * drift, and the value depends on what is in the window alone, not on what was. One to three
 * doubles in the ordinary case. Values beyond 2^1000 count as infinite.
 */
final class ExactSum {
  private static final double MOST = 0x1p1000;

  private double[] parts = new double[2];
  private int size;
  private long nans;
  private long infinities;
  private long negativeInfinities;

  /** Adds a value. */
  void add(double value) {
    move(value, 1);
  }

  /** Takes away a value that was added. */
  void remove(double value) {
    move(value, -1);
  }

  /** Adds a value, or takes it away: once where {@code times} is 1, and where it is -1. */
  void move(double value, int times) {
    if (Math.abs(value) <= MOST) {
      addFinite(times * value);
    } else {
      count(value, times);
    }
  }

  /** Adds {@code a * b}, exactly; within 2^1000. */
  void addProduct(double a, double b) {
    double product = a * b;
    addFinite(product);
    addFinite(Math.fma(a, b, -product));
  }

  private void count(double value, int times) {
    if (Double.isNaN(value)) {
      nans += times;
    } else if (value > 0) {
      infinities += times;
    } else {
      negativeInfinities += times;
    }
  }

  private void addFinite(double value) {
    double x = value;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      double y = parts[i];
      if (Math.abs(x) < Math.abs(y)) {
        double swap = x;
        x = y;
        y = swap;
      }
      double high = x + y;
      double low = y - (high - x);
      if (low != 0) {
        parts[kept++] = low;
      }
      x = high;
    }
    size = kept;
    if (x != 0) {
      if (kept == parts.length) {
        parts = Arrays.copyOf(parts, 2 * kept);
      }
      parts[size++] = x;
    }
  }

  /** Whether a value is NaN, or infinite, or counts as such. */
  boolean isBeyond() {
    return nans + infinities + negativeInfinities > 0;
  }

  /** The sum, rounded to the nearest double. */
  double value() {
    if (isBeyond()) {
      boolean unclear = nans > 0 || infinities > 0 && negativeInfinities > 0;
      return unclear
          ? Double.NaN
          : infinities > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    int n = size;
    double high = n == 0 ? 0 : parts[--n];
    double low = 0;
    while (n > 0) {
      double x = high;
      double y = parts[--n];
      high = x + y;
      low = y - (high - x);
      if (low != 0) {
        break;
      }
    }
    // Half-way cases are decided by what lies below.
    if (n > 0 && (low < 0 && parts[n - 1] < 0 || low > 0 && parts[n - 1] > 0)) {
      double y = 2 * low;
      double x = high + y;
      if (y == x - high) {
        high = x;
      }
    }
    return high;
  }

  ExactSum copy() {
    ExactSum copy = new ExactSum();
    copy.parts = parts.clone();
    copy.size = size;
    copy.nans = nans;
    copy.infinities = infinities;
    copy.negativeInfinities = negativeInfinities;
    return copy;
  }

  void write(DataOutput out) throws IOException {
    Numbers.write(out, size);
    for (int i = 0; i < size; i++) {
      out.writeDouble(parts[i]);
    }
    Numbers.write(out, nans);
    Numbers.write(out, infinities);
    Numbers.write(out, negativeInfinities);
  }

  /** Reads into an empty sum what {@link #write} has written. */
  void read(DataInput in) throws IOException {
    size = (int) Numbers.readLong(in);
    parts = new double[Math.max(2, size)];
    for (int i = 0; i < size; i++) {
      parts[i] = in.readDouble();
    }
    nans = Numbers.readLong(in);
    infinities = Numbers.readLong(in);
    negativeInfinities = Numbers.readLong(in);
  }

  /** {@code count * squares - this * this}, rounded once: what a variance is made of. */
  double spread(long count, ExactSum squares) {
    ExactSum exact = new ExactSum();
    for (int i = 0; i < squares.size; i++) {
      exact.addProduct(count, squares.parts[i]);
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        exact.addProduct(-parts[i], parts[j]);
      }
    }
    return exact.value();
  }
}
