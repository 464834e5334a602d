package io.tidegate.derive;

import io.tidegate.event.FieldType;

/**
 * Sum, mean and standard deviation of numbers, from exact sums of the values and their squares.
 *
 * <p>The sum is the exact one, rounded once; the mean is that by the count; the standard deviation
 * is the root of the sample variance {@code (n * sum(x*x) - sum(x)^2) / (n * (n - 1))}, whose
 * numerator is exact and rounded once, and is not known for fewer than two values. Values beyond
 * 2^480 make a standard deviation NaN, those beyond 2^1000 count as infinite.
 */
final class Moments extends Summary {
  private static final double MOST_SQUARED = 0x1p480;

  private final DerivedFunction function;
  private final boolean integers;
  private final ExactSum sum = new ExactSum();
  private final ExactSum squares = new ExactSum();

  Moments(DerivedFunction function, FieldType type) {
    this.function = function;
    this.integers = type == FieldType.LONG;
  }

  @Override
  void add(long number, String text) {
    if (integers && function != DerivedFunction.STDDEV) {
      // Each half of a long is exact as a double.
      sum.add((number >> 32) * 0x1p32);
      sum.add(number & 0xFFFFFFFFL);
      return;
    }
    double value = value(number);
    sum.add(value);
    if (function == DerivedFunction.STDDEV) {
      double root = Math.abs(value) <= MOST_SQUARED ? value : Double.NaN;
      double square = root * root;
      squares.add(square);
      squares.add(Math.fma(root, root, -square));
    }
  }

  @Override
  void remove(long number, String text) {
    if (integers && function != DerivedFunction.STDDEV) {
      sum.remove((number >> 32) * 0x1p32);
      sum.remove(number & 0xFFFFFFFFL);
      return;
    }
    double value = value(number);
    sum.remove(value);
    if (function == DerivedFunction.STDDEV) {
      double root = Math.abs(value) <= MOST_SQUARED ? value : Double.NaN;
      double square = root * root;
      squares.remove(square);
      squares.remove(Math.fma(root, root, -square));
    }
  }

  private double value(long number) {
    return integers ? number : Double.longBitsToDouble(number);
  }

  @Override
  boolean isKnown(Samples values) {
    return switch (function) {
      case SUM -> true;
      case AVG -> values.size() > 0;
      default -> values.size() > 1;
    };
  }

  @Override
  long number(Samples values) {
    return Double.doubleToRawLongBits(result(values.size()));
  }

  private double result(long count) {
    return switch (function) {
      case SUM -> sum.value();
      case AVG -> sum.value() / count;
      default ->
          squares.isBeyond()
              ? Double.NaN
              : Math.sqrt(Math.max(0, sum.spread(count, squares)) / ((double) count * (count - 1)));
    };
  }
}
