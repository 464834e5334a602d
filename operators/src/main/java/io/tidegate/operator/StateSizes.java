package io.tidegate.operator;

import java.io.IOException;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Estimates how many bytes of state there are: one in {@value #EVERY} of the keys that are written
 * is measured as it would be in a snapshot. Where much is open it is not written out for that: a
 * partial match then counts as much as one did where few were open. The keys that are measured are
 * those that events come to.
 */
final class StateSizes {
  private static final int EVERY = 1024;

  /** With more open partial matches than this a key is not written out. */
  private static final int FEW = 256;

  /** What a partial match takes as long as none was measured. */
  private static final double FIRST_GUESS = 64;

  /** What a value of a derived field takes that is apart: a time and a number. */
  private static final double APART = 11;

  /** How much of a mean the last sample is. */
  private static final double WEIGHT = 1.0 / 64;

  private final KeyStateSerializer serializer;
  private final DataOutputSerializer out = new DataOutputSerializer(1024);
  private int untilNext;
  private double ofKey;
  private double ofMatch = FIRST_GUESS;

  StateSizes(KeyStateSerializer serializer) {
    this.serializer = serializer;
  }

  /** Measures a state if it is its turn. */
  void sample(KeyState state) throws IOException {
    if (untilNext-- > 0) {
      return;
    }
    untilNext = EVERY - 1;
    int open = state.open.count();
    double size = open * ofMatch;
    if (open <= FEW) {
      out.clear();
      serializer.serialize(state, out);
      size = out.length();
      ofMatch = open == 0 ? ofMatch : moved(ofMatch, size / open);
    }
    size += state.derived == null ? 0 : state.derived.apart() * APART;
    ofKey = ofKey == 0 ? size : moved(ofKey, size);
  }

  private static double moved(double mean, double sample) {
    return mean + (sample - mean) * WEIGHT;
  }

  /** About how many bytes a number of keys take. */
  long of(long keys) {
    return Math.round(keys * ofKey);
  }
}
