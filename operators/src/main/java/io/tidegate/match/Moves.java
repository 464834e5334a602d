package io.tidegate.match;

import java.util.Arrays;

/**
 * The partial matches that one event, or one deadline, has moved to other states. They are opened
 * together once all that were open have been looked at.
 */
final class Moves<E> {
  private int[] targets = new int[8];
  private Taken<E>[] matches = Settlement.array(8);
  private int size;
  private long sequence;
  private boolean sequenceUsed;

  /** Turns to the next event or deadline. */
  void begin(MatcherState<E> state) {
    // A call that failed may have left some behind.
    truncate(0);
    sequence = state.nextSequence;
    sequenceUsed = false;
  }

  /** The position of the event or deadline among those that change the state. */
  long sequence() {
    sequenceUsed = true;
    return sequence;
  }

  int size() {
    return size;
  }

  void add(int target, Taken<E> match) {
    if (size == matches.length) {
      targets = Arrays.copyOf(targets, size * 2);
      matches = Arrays.copyOf(matches, size * 2);
    }
    targets[size] = target;
    matches[size++] = match;
  }

  /** Takes back all beyond the first n. */
  void truncate(int n) {
    while (size > n) {
      matches[--size] = null;
    }
  }

  /**
   * Opens what has moved.
   *
   * @return whether the state has changed
   */
  boolean open(MatcherState<E> state) {
    for (int i = 0; i < size; i++) {
      state.open(targets[i], matches[i]);
    }
    boolean changed = size > 0 || sequenceUsed;
    truncate(0);
    if (sequenceUsed) {
      state.nextSequence = sequence + 1;
    }
    if (matches.length > 1024) {
      targets = new int[8];
      matches = Settlement.array(8);
    }
    return changed;
  }
}
