package io.tidegate.match;

/**
 * One event taken by one stage, linked to what was taken before it.
 *
 * <p>Chains share their beginnings: a partial match is no more than the last link of its chain,
 * held by the automaton state it waits in. Links are immutable, so a branch or a snapshot copies
 * nothing and what no chain reaches any more is garbage.
 *
 * <p>Where a skip strategy needs the order of branches, a chain also has links without an event:
 * one for each time that it went on to another state although it skipped the event. So has one that
 * went on because time had passed; limits since the previous event count from that time then.
 */
final class Taken<E> {
  /** The {@link #stage} of a link without an event. */
  static final short NONE = -1;

  /** Null in a link without an event. */
  final E event;

  /** Event time of the event, or of the last one before, or the time that has passed; ms. */
  final long timestamp;

  /** Position of the event among those that changed this state; equal for one event. */
  final long sequence;

  final short stage;

  /** The state entered; -1 where the match was complete. */
  final short target;

  /** Which step of the state that was left this was. */
  final short step;

  /** Number of events of the same stage before this one in the chain. */
  final int ordinal;

  final Taken<E> previous;
  final Taken<E> first;

  private Taken(
      E event, long timestamp, long sequence, int stage, int target, int step, Taken<E> previous) {
    this.event = event;
    this.timestamp = timestamp;
    this.sequence = sequence;
    this.stage = (short) stage;
    this.target = (short) target;
    this.step = (short) step;
    this.ordinal = stage == NONE ? 0 : count(previous, stage);
    this.previous = previous;
    this.first = previous == null ? this : previous.first;
  }

  /** An event taken after a chain, which may be null. */
  static <E> Taken<E> take(
      E event, long timestamp, long sequence, int stage, int target, int step, Taken<E> previous) {
    return new Taken<>(event, timestamp, sequence, stage, target, step, previous);
  }

  /** The event of that position skipped after a chain, which goes on to another state. */
  static <E> Taken<E> skip(long sequence, int target, int step, Taken<E> previous) {
    return new Taken<>(null, previous.timestamp, sequence, NONE, target, step, previous);
  }

  /** The chain goes on to another state because that time is reached; without any event. */
  static <E> Taken<E> pass(long timestamp, long sequence, int target, int step, Taken<E> previous) {
    return new Taken<>(null, timestamp, sequence, NONE, target, step, previous);
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
}
