package io.tidegate.derive;

import io.tidegate.event.FieldType;

/**
 * What a history amounts to; told of every value that comes and goes.
 *
 * <p>The result depends on the values in the history alone. So it is made anew from them when a
 * history is read back, and nothing of it is stored.
 */
abstract class Summary {
  /** Whether older values can play no part any more once a value has come. */
  boolean outweighs(long number, long older) {
    return false;
  }

  abstract void add(long number, String text);

  abstract void remove(long number, String text);

  /** Whether there is a result. */
  abstract boolean isKnown(Samples values);

  /** The result as {@link io.tidegate.event.Event#numbers} keeps it. */
  abstract long number(Samples values);

  /** The result where it is a string. */
  String text(Samples values) {
    return null;
  }

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
    void add(long number, String text) {}

    @Override
    void remove(long number, String text) {}

    @Override
    boolean isKnown(Samples values) {
      return true;
    }

    @Override
    long number(Samples values) {
      return values.size();
    }
  }

  private static final class LongSum extends Summary {
    private long sum;

    @Override
    void add(long number, String text) {
      sum += number;
    }

    @Override
    void remove(long number, String text) {
      sum -= number;
    }

    @Override
    boolean isKnown(Samples values) {
      return true;
    }

    @Override
    long number(Samples values) {
      return sum;
    }
  }

  /** The only value of a history of one event. */
  private static final class Single extends Summary {
    @Override
    void add(long number, String text) {}

    @Override
    void remove(long number, String text) {}

    @Override
    boolean isKnown(Samples values) {
      return values.size() > 0;
    }

    @Override
    long number(Samples values) {
      return values.number(0);
    }

    @Override
    String text(Samples values) {
      return values.text(0);
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
    boolean isKnown(Samples values) {
      return values.size() > 0;
    }

    @Override
    long number(Samples values) {
      return values.number(0);
    }
  }
}
