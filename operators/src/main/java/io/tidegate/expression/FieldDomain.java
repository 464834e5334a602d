package io.tidegate.expression;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Values of one field, none of them null: a set of texts, or ranges of numbers. Immutable.
 *
 * <p>Numbers are on one line of longs: a LONG, TIMESTAMP or BOOLEAN (0, 1) as it is, a DOUBLE as
 * {@link #ordered}.
 */
public final class FieldDomain {
  private final Set<String> texts;
  private final long[] ranges;

  private FieldDomain(Set<String> texts, long[] ranges) {
    this.texts = texts;
    this.ranges = ranges;
  }

  /** The texts of a set. */
  static FieldDomain of(Set<String> texts) {
    return new FieldDomain(Set.copyOf(texts), null);
  }

  /** The numbers from {@code low} up to and including {@code high}; none where it is below. */
  static FieldDomain range(long low, long high) {
    return new FieldDomain(null, low <= high ? new long[] {low, high} : new long[0]);
  }

  /** The numbers below {@code low} or above {@code high}. */
  static FieldDomain outside(long low, long high) {
    if (low > high) {
      return range(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    FieldDomain below = low == Long.MIN_VALUE ? range(1, 0) : range(Long.MIN_VALUE, low - 1);
    return high == Long.MAX_VALUE ? below : below.or(range(high + 1, Long.MAX_VALUE));
  }

  /** A double's place among all doubles: in numeric order, both zeros one, NaN last. */
  public static long ordered(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  /** The texts, or null where these are numbers. */
  public Set<String> texts() {
    return texts;
  }

  /** The ranges of numbers: lowest and highest of each, ascending and disjoint; null for texts. */
  public long[] ranges() {
    return ranges == null ? null : ranges.clone();
  }

  boolean isEmpty() {
    return texts == null ? ranges.length == 0 : texts.isEmpty();
  }

  /** What is in both. */
  FieldDomain and(FieldDomain other) {
    if (texts != null) {
      Set<String> both = new HashSet<>(texts);
      both.retainAll(other.texts);
      return of(both);
    }
    long[] both = new long[ranges.length + other.ranges.length];
    int size = 0;
    for (int a = 0, b = 0; a < ranges.length && b < other.ranges.length; ) {
      long low = Math.max(ranges[a], other.ranges[b]);
      long high = Math.min(ranges[a + 1], other.ranges[b + 1]);
      if (low <= high) {
        both[size++] = low;
        both[size++] = high;
      }
      if (ranges[a + 1] < other.ranges[b + 1]) {
        a += 2;
      } else {
        b += 2;
      }
    }
    return new FieldDomain(null, Arrays.copyOf(both, size));
  }

  /** What is in one of them. */
  FieldDomain or(FieldDomain other) {
    if (texts != null) {
      Set<String> all = new HashSet<>(texts);
      all.addAll(other.texts);
      return of(all);
    }
    long[] all = new long[ranges.length + other.ranges.length];
    int size = 0;
    for (int a = 0, b = 0; a < ranges.length || b < other.ranges.length; ) {
      boolean first = b == other.ranges.length || a < ranges.length && ranges[a] <= other.ranges[b];
      long low = first ? ranges[a] : other.ranges[b];
      long high = first ? ranges[a + 1] : other.ranges[b + 1];
      a += first ? 2 : 0;
      b += first ? 0 : 2;
      if (size > 0 && low <= all[size - 1]) {
        all[size - 1] = Math.max(all[size - 1], high);
      } else {
        all[size++] = low;
        all[size++] = high;
      }
    }
    return new FieldDomain(null, Arrays.copyOf(all, size));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldDomain domain
        && Objects.equals(texts, domain.texts)
        && Arrays.equals(ranges, domain.ranges);
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hashCode(texts) + Arrays.hashCode(ranges);
  }

  @Override
  public String toString() {
    return texts == null ? Arrays.toString(ranges) : texts.toString();
  }
}
