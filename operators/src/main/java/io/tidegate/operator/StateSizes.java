package io.tidegate.operator;

import java.io.IOException;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Estimates how many bytes of state there are: one in {@value #EVERY} of the keys that are written
 * is measured as it would be in a snapshot, its pages by the mean size of what lies with the key.
 * The keys that are measured are those that events come to.
 */
final class StateSizes {
  private static final int EVERY = 1024;

  /** How much of the mean the last sample is. */
  private static final double WEIGHT = 1.0 / 64;

  private final KeyStateSerializer serializer;
  private final DataOutputSerializer out = new DataOutputSerializer(1024);
  private int untilNext;
  private double mean;

  StateSizes(KeyStateSerializer serializer) {
    this.serializer = serializer;
  }

  /** Measures a state if it is its turn. */
  void sample(KeyState state) throws IOException {
    if (untilNext-- > 0) {
      return;
    }
    untilNext = EVERY - 1;
    out.clear();
    serializer.serialize(state, out);
    double size = out.length() * (double) (1 + state.open.count()) / (1 + state.open.nearCount());
    mean = mean == 0 ? size : mean + (size - mean) * WEIGHT;
  }

  /** About how many bytes a number of keys take. */
  long of(long keys) {
    return Math.round(keys * mean);
  }
}
