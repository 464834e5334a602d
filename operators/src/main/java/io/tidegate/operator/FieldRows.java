package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.expression.FieldDomain;
import io.tidegate.expression.FieldPlace;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * For the values of one field, the conditions that do not refuse them: a bit set over conditions
 * for every value that a condition names, or for every range between two thresholds.
 */
final class FieldRows {
  /**
   * More ranges than this are merged two by two, which may let a condition through that refuses the
   * value; memory stays within this number of bit sets a field.
   */
  private static final int MOST_RANGES = 2_048;

  private final FieldPlace place;
  private final long[] missing;
  private final Map<String, long[]> byText = new HashMap<>();
  private long[] otherText;
  private long[] starts;
  private long[][] byRange;

  /**
   * Rows of a field.
   *
   * @param domains the field's domain for each condition, null where it may be anything
   */
  FieldRows(FieldPlace place, List<FieldDomain> domains) {
    this.place = place;
    this.missing = new long[(domains.size() + 63) >>> 6];
    for (int i = 0; i < domains.size(); i++) {
      if (domains.get(i) == null) {
        set(missing, i);
      }
    }
    if (domains.stream().anyMatch(domain -> domain != null && domain.texts() != null)) {
      indexTexts(domains);
    } else {
      indexRanges(domains);
    }
  }

  private static void set(long[] row, int bit) {
    row[bit >>> 6] |= 1L << bit;
  }

  private void indexTexts(List<FieldDomain> domains) {
    otherText = missing;
    for (int i = 0; i < domains.size(); i++) {
      if (domains.get(i) != null) {
        for (String text : domains.get(i).texts()) {
          set(byText.computeIfAbsent(text, t -> missing.clone()), i);
        }
      }
    }
  }

  private void indexRanges(List<FieldDomain> domains) {
    TreeSet<Long> edges = new TreeSet<>(List.of(Long.MIN_VALUE));
    for (FieldDomain domain : domains) {
      long[] ranges = domain == null ? new long[0] : domain.ranges();
      for (int i = 0; i < ranges.length; i += 2) {
        edges.add(ranges[i]);
        if (ranges[i + 1] != Long.MAX_VALUE) {
          edges.add(ranges[i + 1] + 1);
        }
      }
    }
    starts = thinned(edges.stream().mapToLong(Long::longValue).toArray());
    byRange = new long[starts.length][];
    Arrays.setAll(byRange, i -> missing.clone());
    for (int i = 0; i < domains.size(); i++) {
      long[] ranges = domains.get(i) == null ? new long[0] : domains.get(i).ranges();
      for (int r = 0; r < ranges.length; r += 2) {
        for (int at = rangeOf(ranges[r]); at <= rangeOf(ranges[r + 1]); at++) {
          set(byRange[at], i);
        }
      }
    }
  }

  private static long[] thinned(long[] edges) {
    long[] kept = edges;
    while (kept.length > MOST_RANGES) {
      long[] all = kept;
      kept = new long[(all.length + 1) / 2];
      Arrays.setAll(kept, i -> all[2 * i]);
    }
    return kept;
  }

  /** The last range that does not start after the value. */
  private int rangeOf(long value) {
    int from = 0;
    int to = starts.length - 1;
    while (from < to) {
      int middle = (from + to + 1) >>> 1;
      if (starts[middle] <= value) {
        from = middle;
      } else {
        to = middle - 1;
      }
    }
    return from;
  }

  /** The conditions that the event's value of this field does not refuse; not to be written to. */
  long[] of(Event event) {
    if (event.nulls != null && event.isNull(place.field())) {
      return missing;
    }
    if (starts == null) {
      return byText.getOrDefault(event.stringAt(place.slot()), otherText);
    }
    int slot = place.slot();
    long value = place.isDouble() ? FieldDomain.ordered(event.doubleAt(slot)) : event.longAt(slot);
    return byRange[rangeOf(value)];
  }
}
