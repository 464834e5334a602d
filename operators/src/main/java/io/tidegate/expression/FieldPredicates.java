package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import java.util.Set;

/**
 * Comparisons of one field of the current event with constants, the shape of most conditions.
 *
 * <p>Every order comparison of a number with a constant is membership in a closed range, so one
 * class serves six operators and {@code between}: {@code x > c} is {@code nextUp(c) <= x}.
 */
final class FieldPredicates {
  private FieldPredicates() {}

  /**
   * The specialised node for {@code field op constant}, or null where there is none: another shape,
   * a null constant, a field that streams keep in different places, or a bound at the very end of
   * the number line.
   */
  static EventPredicate compare(Comparison op, Expression left, Expression right) {
    if (left instanceof Literal && !(right instanceof Literal)) {
      return compare(op.mirrored(), right, left);
    }
    FieldReader reader = CurrentField.readerOf(left);
    if (reader == null || !reader.uniform() || !(right instanceof Literal c) || c.missing()) {
      return null;
    }
    if (left.type() == FieldType.STRING) {
      return op == Comparison.EQ || op == Comparison.NE
          ? new StringIs(reader, c.text(), op == Comparison.NE)
          : null;
    }
    if (left.type() == FieldType.BOOLEAN) {
      return op == Comparison.EQ || op == Comparison.NE ? longRange(op, reader, c.integer()) : null;
    }
    return Types.integral(left.type()) && Types.integral(c.type())
        ? longRange(op, reader, c.integer())
        : doubleRange(op, reader, c.number());
  }

  private static EventPredicate longRange(Comparison op, FieldReader reader, long c) {
    long min = Long.MIN_VALUE;
    long max = Long.MAX_VALUE;
    return switch (op) {
      case EQ -> new LongRange(reader, c, c, false);
      case NE -> new LongRange(reader, c, c, true);
      case GE -> new LongRange(reader, c, max, false);
      case LE -> new LongRange(reader, min, c, false);
      case GT -> c == max ? null : new LongRange(reader, c + 1, max, false);
      case LT -> c == min ? null : new LongRange(reader, min, c - 1, false);
    };
  }

  private static EventPredicate doubleRange(Comparison op, FieldReader reader, double c) {
    double min = Double.NEGATIVE_INFINITY;
    double max = Double.POSITIVE_INFINITY;
    return switch (op) {
      case EQ -> new DoubleRange(reader, c, c, false);
      case NE -> new DoubleRange(reader, c, c, true);
      case GE -> new DoubleRange(reader, c, max, false);
      case LE -> new DoubleRange(reader, min, c, false);
      case GT -> c == max ? null : new DoubleRange(reader, Math.nextUp(c), max, false);
      case LT -> c == min ? null : new DoubleRange(reader, min, Math.nextDown(c), false);
    };
  }

  /** The specialised node for {@code low <= field <= high}, or null where there is none. */
  static EventPredicate between(Expression value, Expression low, Expression high) {
    FieldReader reader = CurrentField.readerOf(value);
    if (reader == null
        || !reader.uniform()
        || !CurrentField.isNumber(value.type())
        || !(low instanceof Literal l)
        || !(high instanceof Literal h)
        || l.missing()
        || h.missing()) {
      return null;
    }
    return Types.integral(value.type()) && Types.integral(l.type()) && Types.integral(h.type())
        ? new LongRange(reader, l.integer(), h.integer(), false)
        : new DoubleRange(reader, l.number(), h.number(), false);
  }

  private static Domains ofRange(FieldPlace field, long low, long high, boolean outside) {
    return Domains.of(
        field, outside ? FieldDomain.outside(low, high) : FieldDomain.range(low, high));
  }

  /** {@code low <= field <= high} for doubles, and for longs compared with doubles. */
  private static final class DoubleRange extends EventPredicate {
    private final int field;
    private final int slot;
    private final boolean integer;
    private final double low;
    private final double high;
    private final boolean negated;

    DoubleRange(FieldReader reader, double low, double high, boolean negated) {
      this.field = reader.field(0);
      this.slot = reader.slot(0);
      this.integer = reader.type() != FieldType.DOUBLE;
      this.low = low;
      this.high = high;
      this.negated = negated;
    }

    @Override
    int truthOf(Event event) {
      if (event.nulls != null && event.isNull(field)) {
        return Truth.UNKNOWN;
      }
      double value = integer ? event.longAt(slot) : event.doubleAt(slot);
      return Truth.of((value >= low && value <= high) != negated);
    }

    @Override
    Domains domains(int stream, boolean wanted) {
      if (Double.isNaN(low) || Double.isNaN(high)) {
        return Domains.ANY;
      }
      if (!integer) {
        return ofRange(
            place(), FieldDomain.ordered(low), FieldDomain.ordered(high), negated == wanted);
      }
      boolean exact = isExact(low) && isExact(high);
      return exact ? ofRange(place(), ceiling(low), floor(high), negated == wanted) : Domains.ANY;
    }

    private FieldPlace place() {
      return new FieldPlace(field, slot, !integer);
    }

    // Beyond 2^53 several longs are one double.
    private static boolean isExact(double bound) {
      return Double.isInfinite(bound) || Math.abs(bound) < 1L << 53;
    }

    // The casts saturate, so that the infinities become the ends of the line.
    private static long ceiling(double bound) {
      return (long) Math.ceil(bound);
    }

    private static long floor(double bound) {
      return (long) Math.floor(bound);
    }
  }

  /** {@code low <= field <= high} for longs and timestamps. */
  private static final class LongRange extends EventPredicate {
    private final int field;
    private final int slot;
    private final long low;
    private final long high;
    private final boolean negated;

    LongRange(FieldReader reader, long low, long high, boolean negated) {
      this.field = reader.field(0);
      this.slot = reader.slot(0);
      this.low = low;
      this.high = high;
      this.negated = negated;
    }

    @Override
    int truthOf(Event event) {
      if (event.nulls != null && event.isNull(field)) {
        return Truth.UNKNOWN;
      }
      long value = event.longAt(slot);
      return Truth.of((value >= low && value <= high) != negated);
    }

    @Override
    Domains domains(int stream, boolean wanted) {
      return ofRange(new FieldPlace(field, slot, false), low, high, negated == wanted);
    }
  }

  /** {@code field == text} or {@code field != text}. */
  private static final class StringIs extends EventPredicate {
    private final int field;
    private final int slot;
    private final String text;
    private final boolean negated;

    StringIs(FieldReader reader, String text, boolean negated) {
      this.field = reader.field(0);
      this.slot = reader.slot(0);
      this.text = text;
      this.negated = negated;
    }

    @Override
    int truthOf(Event event) {
      if (event.nulls != null && event.isNull(field)) {
        return Truth.UNKNOWN;
      }
      return Truth.of(text.equals(event.stringAt(slot)) != negated);
    }

    @Override
    Domains domains(int stream, boolean wanted) {
      return negated == wanted
          ? Domains.ANY
          : Domains.of(new FieldPlace(field, slot, false), FieldDomain.of(Set.of(text)));
    }
  }

  /** {@code field in (texts)}, for any layout of the field. */
  static final class StringIn extends EventPredicate {
    private final FieldReader reader;
    private final Set<String> texts;

    StringIn(FieldReader reader, Set<String> texts) {
      this.reader = reader;
      this.texts = Set.copyOf(texts);
    }

    @Override
    int truthOf(Event event) {
      String value = reader.stringOf(event);
      return value == null ? Truth.UNKNOWN : Truth.of(texts.contains(value));
    }

    @Override
    Domains domains(int stream, boolean wanted) {
      return wanted ? Domains.of(reader.place(stream), FieldDomain.of(texts)) : Domains.ANY;
    }
  }
}
