package io.tidegate.match;

import java.util.Arrays;

/**
 * The partial matches that wait in one state of the automaton, ordered by their first event.
 *
 * <p>The order makes expiry and skipping a matter of the bucket's front, and the grouping lets one
 * evaluation of an event-only condition serve them all.
 */
final class Bucket<E> {
  private static final int SMALL = 8;

  final int state;
  Taken<E>[] items;
  int head;
  int size;

  /** No partial match here has a last event before this time; exact after a scan. */
  long leastPrevious = Long.MAX_VALUE;

  @SuppressWarnings("unchecked")
  Bucket(int state, int capacity) {
    this.state = state;
    this.items = (Taken<E>[]) new Taken<?>[capacity];
  }

  Taken<E> front() {
    return items[head];
  }

  Taken<E> back() {
    return items[head + size - 1];
  }

  /** Adds a partial match behind those whose first event is not later than its own. */
  void add(Taken<E> match) {
    if (head + size == items.length) {
      makeRoom();
    }
    int at = head + size;
    while (at > head && Taken.compareStart(items[at - 1], match) > 0) {
      at--;
    }
    if (at < head + size) {
      System.arraycopy(items, at, items, at + 1, head + size - at);
    }
    items[at] = match;
    size++;
    leastPrevious = Math.min(leastPrevious, match.timestamp);
  }

  private void makeRoom() {
    if (head > size) {
      System.arraycopy(items, head, items, 0, size);
      Arrays.fill(items, head, head + size, null);
    } else {
      int capacity = Math.max(2, size * 2);
      Taken<E>[] wider = Arrays.copyOfRange(items, head, head + capacity);
      Arrays.fill(wider, size, capacity, null);
      items = wider;
    }
    head = 0;
  }

  /** Removes the first n partial matches. */
  void removeFront(int n) {
    if (n == size) {
      clear();
      return;
    }
    Arrays.fill(items, head, head + n, null);
    head += n;
    size -= n;
  }

  /** Keeps only the first n, after a pass that moved those to keep to the front. */
  void truncate(int n) {
    if (n == 0) {
      clear();
      return;
    }
    Arrays.fill(items, head + n, head + size, null);
    size = n;
  }

  @SuppressWarnings("unchecked")
  void clear() {
    if (items.length > SMALL) {
      items = (Taken<E>[]) new Taken<?>[2];
    } else {
      Arrays.fill(items, head, head + size, null);
    }
    head = 0;
    size = 0;
    leastPrevious = Long.MAX_VALUE;
  }

  /** Recomputes {@link #leastPrevious}. */
  void rescan() {
    long least = Long.MAX_VALUE;
    for (int i = head; i < head + size; i++) {
      least = Math.min(least, items[i].timestamp);
    }
    leastPrevious = least;
  }

  Bucket<E> copy() {
    Bucket<E> copy = new Bucket<>(state, 0);
    copy.items = Arrays.copyOfRange(items, head, head + size);
    copy.size = size;
    copy.leastPrevious = leastPrevious;
    return copy;
  }
}
