package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import java.util.Set;

/**
 * Comparisons of one field of the current event with constants, the shape of most conditions.
 *
 * <p>Every order comparison of a number with a constant is membership in a closed range, so one
 * class serves six operators and {@code between}: {@code x > c} is {@code nextUp(c) <= x}. The
 * bounds follow a parameter when it changes.
 */
final class FieldPredicates {
  private FieldPredicates() {}

  /**
   * The specialised node for {@code field op constant}, or null where there is none: another shape,
   * a constant that may be null, or a field that streams keep in different places.
   */
  static EventPredicate compare(Comparison op, Expression left, Expression right) {
    if (left instanceof Constant && !(right instanceof Constant)) {
      return compare(op.mirrored(), right, left);
    }
    FieldReader reader = CurrentField.readerOf(left);
    if (reader == null || !reader.uniform() || !(right instanceof Constant c) || c.mayBeMissing()) {
      return null;
    }
    if (left.type() == FieldType.STRING) {
      return op == Comparison.EQ || op == Comparison.NE
          ? new StringIs(reader, c, op == Comparison.NE)
          : null;
    }
    if (left.type() == FieldType.BOOLEAN) {
      return op == Comparison.EQ || op == Comparison.NE ? new LongRange(reader, op, c) : null;
    }
    return Types.integral(left.type()) && Types.integral(c.type())
        ? new LongRange(reader, op, c)
        : new DoubleRange(reader, op, c);
  }

  /** The specialised node for {@code low <= field <= high}, or null where there is none. */
  static EventPredicate between(Expression value, Expression low, Expression high) {
    FieldReader reader = CurrentField.readerOf(value);
    if (reader == null
        || !reader.uniform()
        || !CurrentField.isNumber(value.type())
        || !(low instanceof Constant l)
        || !(high instanceof Constant h)
        || l.mayBeMissing()
        || h.mayBeMissing()) {
      return null;
    }
    return Types.integral(value.type()) && Types.integral(l.type()) && Types.integral(h.type())
        ? new LongRange(reader, l, h)
        : new DoubleRange(reader, l, h);
  }

  /** What an index over conditions may rely on; nothing where the bounds differ from key to key. */
  private abstract static class Bounded extends EventPredicate {
    private final Constant[] bounds;

    Bounded(Constant... bounds) {
      this.bounds = bounds;
    }

    @Override
    final Domains domains(int stream, boolean wanted) {
      for (Constant bound : bounds) {
        if (bound.variesByKey()) {
          return Domains.ANY;
        }
      }
      return fixedDomains(wanted);
    }

    abstract Domains fixedDomains(boolean wanted);
  }

  private static Domains ofRange(FieldPlace field, long low, long high, boolean outside) {
    return Domains.of(
        field, outside ? FieldDomain.outside(low, high) : FieldDomain.range(low, high));
  }

  /** {@code low <= field <= high} for doubles, and for longs compared with doubles. */
  private static final class DoubleRange extends Bounded {
    private final int field;
    private final int slot;
    private final boolean integer;
    private final boolean negated;
    private double low = Double.NEGATIVE_INFINITY;
    private double high = Double.POSITIVE_INFINITY;

    private DoubleRange(FieldReader reader, boolean negated, Constant... bounds) {
      super(bounds);
      this.field = reader.field(0);
      this.slot = reader.slot(0);
      this.integer = reader.type() != FieldType.DOUBLE;
      this.negated = negated;
    }

    DoubleRange(FieldReader reader, Comparison op, Constant bound) {
      this(reader, op == Comparison.NE, bound);
      bound.use(() -> setBound(op, bound.number()));
    }

    DoubleRange(FieldReader reader, Constant least, Constant greatest) {
      this(reader, false, least, greatest);
      least.use(() -> low = least.number());
      greatest.use(() -> high = greatest.number());
    }

    // NaN as a bound lets nothing in.
    private void setBound(Comparison op, double c) {
      switch (op) {
        case EQ, NE -> {
          low = c;
          high = c;
        }
        case GE -> low = c;
        case LE -> high = c;
        case GT -> low = c == Double.POSITIVE_INFINITY ? Double.NaN : Math.nextUp(c);
        case LT -> high = c == Double.NEGATIVE_INFINITY ? Double.NaN : Math.nextDown(c);
      }
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
    Domains fixedDomains(boolean wanted) {
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
  private static final class LongRange extends Bounded {
    private final int field;
    private final int slot;
    private final boolean negated;
    private long low = Long.MIN_VALUE;
    private long high = Long.MAX_VALUE;

    private LongRange(FieldReader reader, boolean negated, Constant... bounds) {
      super(bounds);
      this.field = reader.field(0);
      this.slot = reader.slot(0);
      this.negated = negated;
    }

    LongRange(FieldReader reader, Comparison op, Constant bound) {
      this(reader, op == Comparison.NE, bound);
      bound.use(() -> setBound(op, bound.integer()));
    }

    LongRange(FieldReader reader, Constant least, Constant greatest) {
      this(reader, false, least, greatest);
      least.use(() -> low = least.integer());
      greatest.use(() -> high = greatest.integer());
    }

    private void setBound(Comparison op, long c) {
      switch (op) {
        case EQ, NE -> setBounds(c, c);
        case GE -> setBounds(c, Long.MAX_VALUE);
        case LE -> setBounds(Long.MIN_VALUE, c);
        case GT ->
            setBounds(
                c == Long.MAX_VALUE ? c : c + 1, c == Long.MAX_VALUE ? c - 1 : Long.MAX_VALUE);
        case LT ->
            setBounds(
                c == Long.MIN_VALUE ? c + 1 : Long.MIN_VALUE, c == Long.MIN_VALUE ? c : c - 1);
      }
    }

    private void setBounds(long least, long greatest) {
      low = least;
      high = greatest;
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
    Domains fixedDomains(boolean wanted) {
      return ofRange(new FieldPlace(field, slot, false), low, high, negated == wanted);
    }
  }

  /** {@code field == text} or {@code field != text}. */
  private static final class StringIs extends Bounded {
    private final int field;
    private final int slot;
    private final boolean negated;
    private String text;

    StringIs(FieldReader reader, Constant text, boolean negated) {
      super(text);
      this.field = reader.field(0);
      this.slot = reader.slot(0);
      this.negated = negated;
      text.use(() -> this.text = text.text());
    }

    @Override
    int truthOf(Event event) {
      if (event.nulls != null && event.isNull(field)) {
        return Truth.UNKNOWN;
      }
      return Truth.of(text.equals(event.stringAt(slot)) != negated);
    }

    @Override
    Domains fixedDomains(boolean wanted) {
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
