package io.tidegate.derive;

import io.tidegate.event.FieldType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What a history amounts to; told of every value that comes and goes.
 *
 * <p>The result depends on the values in the history alone. So it is made anew from them when a
 * history is read back, and stored only where not all of them are read.
 */
abstract class Summary {
  /** Whether older values can play no part any more once a value has come. */
  boolean outweighs(long number, long older) {
    return false;
  }

  abstract void add(long number, String text);

  abstract void remove(long number, String text);

  /** Whether there is a result. */
  abstract boolean isKnown(SampleQueue values);

  /** The result as {@link io.tidegate.event.Event#numbers} keeps it. */
  abstract long number(SampleQueue values);

  /** The result where it is a string. */
  String text(SampleQueue values) {
    return null;
  }

  /** From now on what is apart lies there, under the id of a field. */
  void attach(HistoryStore store, long field) {}

  /** Whether some of this lies apart from the key. */
  boolean isApart() {
    return false;
  }

  /** Puts apart what grows with the history. */
  void putApart() {}

  /** Takes back what is apart; all values that there are lie with the key. */
  void takeBack(SampleQueue values) {}

  abstract Summary copy();

  /** Writes what reading cannot make anew from the values at the ends of the history. */
  void write(DataOutput out) throws IOException {}

  /** Reads into an empty summary what {@link #write} has written. */
  void read(DataInput in) throws IOException {}

  /** The summary of a function over values of a type. */
  static Summary of(DerivedFunction function, FieldType type) {
    return switch (function) {
      case COUNT -> new Count();
      case SUM -> type == FieldType.LONG ? new LongSum() : new Moments(function, type);
      case AVG, STDDEV -> new Moments(function, type);
      case MIN, MAX -> new Extreme(function == DerivedFunction.MIN, type);
      case DISTINCT -> new Distinct(type);
      case PREVIOUS, LATEST -> new Single();
    };
  }

  private static final class Count extends Summary {
    @Override
    Summary copy() {
      return this;
    }

    @Override
    void add(long number, String text) {}

    @Override
    void remove(long number, String text) {}

    @Override
    boolean isKnown(SampleQueue values) {
      return true;
    }

    @Override
    long number(SampleQueue values) {
      return values.size();
    }
  }

  private static final class LongSum extends Summary {
    private long sum;

    @Override
    Summary copy() {
      LongSum copy = new LongSum();
      copy.sum = sum;
      return copy;
    }

    @Override
    void write(DataOutput out) throws IOException {
      Numbers.write(out, sum);
    }

    @Override
    void read(DataInput in) throws IOException {
      sum = Numbers.readLong(in);
    }

    @Override
    void add(long number, String text) {
      sum += number;
    }

    @Override
    void remove(long number, String text) {
      sum -= number;
    }

    @Override
    boolean isKnown(SampleQueue values) {
      return true;
    }

    @Override
    long number(SampleQueue values) {
      return sum;
    }
  }

  /** The only value of a history of one event. */
  private static final class Single extends Summary {
    @Override
    Summary copy() {
      return this;
    }

    @Override
    void add(long number, String text) {}

    @Override
    void remove(long number, String text) {}

    @Override
    boolean isKnown(SampleQueue values) {
      return !values.isEmpty();
    }

    @Override
    long number(SampleQueue values) {
      return values.firstNumber();
    }

    @Override
    String text(SampleQueue values) {
      return values.firstText();
    }
  }

  /**
   * Least or greatest value: values that a later one outweighs are left out of the history, so that
   * its first is the result. NaN outweighs all.
   */
  private static final class Extreme extends Summary {
    private final boolean least;
    private final boolean doubles;

    Extreme(boolean least, FieldType type) {
      this.least = least;
      this.doubles = type == FieldType.DOUBLE;
    }

    @Override
    Summary copy() {
      return this;
    }

    @Override
    boolean outweighs(long number, long older) {
      if (doubles) {
        double a = Double.longBitsToDouble(number);
        double b = Double.longBitsToDouble(older);
        if (Double.isNaN(a) || Double.isNaN(b)) {
          return Double.isNaN(a);
        }
        return least ? Double.compare(a, b) <= 0 : Double.compare(a, b) >= 0;
      }
      return least ? number <= older : number >= older;
    }

    @Override
    void add(long number, String text) {}

    @Override
    void remove(long number, String text) {}

    @Override
    boolean isKnown(SampleQueue values) {
      return !values.isEmpty();
    }

    @Override
    long number(SampleQueue values) {
      return values.firstNumber();
    }
  }
}
