package io.tidegate.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.state.KeyGroupRange;

/**
 * Up to which event time the events of each key group have been handled.
 *
 * <p>Flink does not keep watermarks over a restore. Here they are part of the state, by key group,
 * so that they stay exact when key groups move to other subtasks.
 */
final class KeyGroupProgress {
  private final KeyGroupRange range;

  /**
   * By key group what was handled before the restore; null once the watermark has passed it all.
   */
  private long[] restored;

  private long watermark = Long.MIN_VALUE;

  /**
   * Progress of a subtask.
   *
   * @param range its key groups
   * @param stored what all subtasks wrote, see {@link #entries}
   */
  KeyGroupProgress(KeyGroupRange range, Iterable<long[]> stored) {
    this.range = range;
    long[] floors = new long[range.getNumberOfKeyGroups()];
    Arrays.fill(floors, Long.MIN_VALUE);
    for (long[] entry : stored) {
      int from = (int) Math.max(entry[0], range.getStartKeyGroup());
      int to = (int) Math.min(entry[1], range.getEndKeyGroup());
      for (int group = from; group <= to; group++) {
        int at = group - range.getStartKeyGroup();
        floors[at] = Math.max(floors[at], entry[2]);
      }
    }
    restored = floors;
    dropPassed();
  }

  /** The watermark since the start. */
  long watermark() {
    return watermark;
  }

  void advance(long to) {
    watermark = Math.max(watermark, to);
    if (restored != null) {
      dropPassed();
    }
  }

  private void dropPassed() {
    for (long floor : restored) {
      if (floor > watermark) {
        return;
      }
    }
    restored = null;
  }

  /** Whether restored progress is still ahead of the watermark, so that key groups matter. */
  boolean isBehindRestored() {
    return restored != null;
  }

  /** Up to which event time the events of a key group have been handled. */
  long of(int keyGroup) {
    return restored == null
        ? watermark
        : Math.max(watermark, restored[keyGroup - range.getStartKeyGroup()]);
  }

  /** For the state: first and last key group and the event time, one entry for equal neighbours. */
  List<long[]> entries() {
    List<long[]> entries = new ArrayList<>();
    for (int group = range.getStartKeyGroup(); group <= range.getEndKeyGroup(); group++) {
      long time = of(group);
      long[] last = entries.isEmpty() ? null : entries.get(entries.size() - 1);
      if (last != null && last[2] == time) {
        last[1] = group;
      } else {
        entries.add(new long[] {group, group, time});
      }
    }
    return entries;
  }
}
