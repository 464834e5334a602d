package io.tidegate.match;

/**
 * One event taken by one stage, linked to what was taken before it.
 *
 * <p>Chains share their beginnings: a partial match is no more than the last link of its chain, held
 * by the automaton state it waits in. Links are immutable, so a branch or a snapshot copies nothing
 * and what no chain reaches any more is garbage.
 */
final class Taken<E> {
  final E event;
  final long timestamp;

  /** Position of the event among those that this state has taken; equal for one event. */
  final long sequence;

  final int stage;

  /** Number of events of the same stage before this one in the chain. */
  final int ordinal;

  /** Number of links of the chain up to this one. */
  final int length;

  final Taken<E> previous;
  final Taken<E> first;

  Taken(E event, long timestamp, long sequence, int stage, Taken<E> previous) {
    this.event = event;
    this.timestamp = timestamp;
    this.sequence = sequence;
    this.stage = stage;
    this.previous = previous;
    if (previous == null) {
      this.ordinal = 0;
      this.length = 1;
      this.first = this;
    } else {
      this.ordinal = count(previous, stage);
      this.length = previous.length + 1;
      this.first = previous.first;
    }
  }

  /** How many events of a stage a chain holds; the chain may be null. */
  static <E> int count(Taken<E> chain, int stage) {
    Taken<E> last = last(chain, stage);
    return last == null ? 0 : last.ordinal + 1;
  }

  /** The last link of a stage in a chain, or null. */
  static <E> Taken<E> last(Taken<E> chain, int stage) {
    Taken<E> link = chain;
    while (link != null && link.stage != stage) {
      link = link.previous;
    }
    return link;
  }

  /** Orders chains by their first event: event time, then position. */
  static <E> int compareStart(Taken<E> a, Taken<E> b) {
    return comparePosition(a.first, b.first);
  }

  /** Orders two links by event: event time, then position. */
  static <E> int comparePosition(Taken<E> a, Taken<E> b) {
    int order = Long.compare(a.timestamp, b.timestamp);
    return order != 0 ? order : Long.compare(a.sequence, b.sequence);
  }

  /**
   * Orders chains by their first event and, among those of one first event, by the first event in
   * which they differ: the one that took the earlier event comes first, then the one that took it
   * for the earlier stage, then the shorter.
   */
  static <E> int comparePath(Taken<E> a, Taken<E> b) {
    int order = compareStart(a, b);
    if (order != 0) {
      return order;
    }
    Taken<E> left = a;
    Taken<E> right = b;
    while (left.length > right.length) {
      left = left.previous;
    }
    while (right.length > left.length) {
      right = right.previous;
    }
    order = Integer.compare(a.length, b.length);
    while (left != right && left != null) {
      if (left.sequence != right.sequence) {
        order = Long.compare(left.sequence, right.sequence);
      } else if (left.stage != right.stage) {
        order = Integer.compare(left.stage, right.stage);
      }
      left = left.previous;
      right = right.previous;
    }
    return order;
  }
}
