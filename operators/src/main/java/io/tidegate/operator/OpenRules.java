package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.match.MatcherState;
import java.util.Arrays;

/**
 * The rules that have something open for one key, ordered by state id.
 *
 * <p>Plain arrays: most keys have none or one, and a rule with nothing open costs nothing.
 */
final class OpenRules {
  private static final long[] NO_NUMBERS = {};

  private long[] ids = NO_NUMBERS;
  private long[] deadlines = NO_NUMBERS;
  private int[] counts = {};
  private long[] occupied = NO_NUMBERS;
  private MatcherState<Event>[] states = array(0);
  private int size;
  private long earliest = Long.MAX_VALUE;

  int size() {
    return size;
  }

  /** The event time at which the first of them has something to do; MAX_VALUE when none has. */
  long earliestDeadline() {
    return earliest;
  }

  /** Where a rule's state is, or {@code -(where to insert it) - 1}. */
  int find(long id) {
    return size == 0 ? -1 : Arrays.binarySearch(ids, 0, size, id);
  }

  long id(int at) {
    return ids[at];
  }

  MatcherState<Event> state(int at) {
    return states[at];
  }

  long deadline(int at) {
    return deadlines[at];
  }

  /** Open partial matches as of the last {@link #changed}. */
  int count(int at) {
    return counts[at];
  }

  /** The states that partial matches wait in, as of the last {@link #changed}. */
  long occupied(int at) {
    return occupied[at];
  }

  void insert(int at, long id, MatcherState<Event> state) {
    if (size == ids.length) {
      int capacity = Math.max(2, 2 * size);
      ids = Arrays.copyOf(ids, capacity);
      deadlines = Arrays.copyOf(deadlines, capacity);
      counts = Arrays.copyOf(counts, capacity);
      occupied = Arrays.copyOf(occupied, capacity);
      states = Arrays.copyOf(states, capacity);
    }
    System.arraycopy(ids, at, ids, at + 1, size - at);
    System.arraycopy(deadlines, at, deadlines, at + 1, size - at);
    System.arraycopy(counts, at, counts, at + 1, size - at);
    System.arraycopy(occupied, at, occupied, at + 1, size - at);
    System.arraycopy(states, at, states, at + 1, size - at);
    ids[at] = id;
    deadlines[at] = Long.MAX_VALUE;
    counts[at] = 0;
    occupied[at] = 0;
    states[at] = state;
    size++;
  }

  /** Notes what a state holds now. */
  void changed(int at, long deadline, int count) {
    counts[at] = count;
    occupied[at] = states[at].occupied();
    long before = deadlines[at];
    deadlines[at] = deadline;
    if (deadline <= earliest) {
      earliest = deadline;
    } else if (before == earliest) {
      findEarliest();
    }
  }

  void remove(int at) {
    long deadline = deadlines[at];
    System.arraycopy(ids, at + 1, ids, at, size - at - 1);
    System.arraycopy(deadlines, at + 1, deadlines, at, size - at - 1);
    System.arraycopy(counts, at + 1, counts, at, size - at - 1);
    System.arraycopy(occupied, at + 1, occupied, at, size - at - 1);
    System.arraycopy(states, at + 1, states, at, size - at - 1);
    states[--size] = null;
    if (deadline == earliest) {
      findEarliest();
    }
  }

  private void findEarliest() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      least = Math.min(least, deadlines[i]);
    }
    earliest = least;
  }

  OpenRules copy() {
    OpenRules copy = new OpenRules();
    copy.ids = Arrays.copyOf(ids, size);
    copy.deadlines = Arrays.copyOf(deadlines, size);
    copy.counts = Arrays.copyOf(counts, size);
    copy.occupied = Arrays.copyOf(occupied, size);
    copy.states = Arrays.copyOf(states, size);
    for (int i = 0; i < size; i++) {
      copy.states[i] = states[i].copy();
    }
    copy.size = size;
    copy.earliest = earliest;
    return copy;
  }

  @SuppressWarnings("unchecked")
  private static MatcherState<Event>[] array(int length) {
    return (MatcherState<Event>[]) new MatcherState<?>[length];
  }
}
