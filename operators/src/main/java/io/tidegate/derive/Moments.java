package io.tidegate.derive;

import io.tidegate.event.FieldType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

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
  private final ExactSum sum;
  private final ExactSum squares;

  Moments(DerivedFunction function, FieldType type) {
    this(function, type == FieldType.LONG, new ExactSum(), new ExactSum());
  }

  private Moments(DerivedFunction function, boolean integers, ExactSum sum, ExactSum squares) {
    this.function = function;
    this.integers = integers;
    this.sum = sum;
    this.squares = squares;
  }

  @Override
  Summary copy() {
    return new Moments(function, integers, sum.copy(), squares.copy());
  }

  @Override
  void write(DataOutput out) throws IOException {
    sum.write(out);
    squares.write(out);
  }

  @Override
  void read(DataInput in) throws IOException {
    sum.read(in);
    squares.read(in);
  }

  @Override
  void add(long number, String text) {
    move(number, 1);
  }

  @Override
  void remove(long number, String text) {
    move(number, -1);
  }

  /** Adds a value, or takes it away. */
  private void move(long number, int times) {
    if (integers && function != DerivedFunction.STDDEV) {
      // Each half of a long is exact as a double.
      sum.move((number >> 32) * 0x1p32, times);
      sum.move(number & 0xFFFFFFFFL, times);
      return;
    }
    double value = integers ? number : Double.longBitsToDouble(number);
    sum.move(value, times);
    if (function == DerivedFunction.STDDEV) {
      double root = Math.abs(value) <= MOST_SQUARED ? value : Double.NaN;
      double square = root * root;
      squares.move(square, times);
      squares.move(Math.fma(root, root, -square), times);
    }
  }

  @Override
  boolean isKnown(SampleQueue values) {
    return switch (function) {
      case SUM -> true;
      case AVG -> !values.isEmpty();
      default -> values.size() > 1;
    };
  }

  @Override
  long number(SampleQueue values) {
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
