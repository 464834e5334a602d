package io.tidegate.match;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * What a {@link Matcher} remembers for one key: open partial matches, and complete matches that a
 * skip strategy holds back until an earlier partial match is decided.
 *
 * <p>A state in which nothing is open is {@linkplain #isEmpty() empty} and equal to a new one; a
 * host need not keep it.
 *
 * @param <E> event type
 */
public final class MatcherState<E> {
  /** Structure of the automaton that filled this state; 0 while it has never held anything. */
  int signature;

  long nextSequence;
  Bucket<E>[] buckets = noBuckets();
  int bucketCount;

  /** Complete matches held back, in the order of emission; null where none. */
  Taken<E>[] waiting;

  private static final long ALL_STATES = -1L;

  /** An empty state. */
  public MatcherState() {}

  /** Whether nothing is open, so that the state need not be kept. */
  public boolean isEmpty() {
    if (waiting != null) {
      return false;
    }
    for (int i = 0; i < bucketCount; i++) {
      if (buckets[i].size > 0) {
        return false;
      }
    }
    return true;
  }

  /** Number of open partial matches. */
  public int openMatches() {
    int open = 0;
    for (int i = 0; i < bucketCount; i++) {
      open += buckets[i].size;
    }
    return open;
  }

  /**
   * The states that partial matches wait in, as a bit set: bit n for state n, and bit 63 for state
   * 63 and all beyond it.
   */
  public long occupied() {
    long states = 0;
    for (int i = 0; i < bucketCount; i++) {
      if (buckets[i].size > 0) {
        states |= bit(buckets[i].state);
      }
    }
    return states;
  }

  /** The bit of a state in {@link #occupied}. */
  static long bit(int state) {
    return 1L << Math.min(state, 63);
  }

  /** An empty state that numbers events on from where this one stops. */
  public MatcherState<E> successor() {
    MatcherState<E> next = new MatcherState<>();
    next.signature = signature;
    next.nextSequence = nextSequence;
    return next;
  }

  /** Numbers events on from where another state of the same key and pattern stops. */
  public void goOnAfter(MatcherState<E> other) {
    nextSequence = Math.max(nextSequence, other.nextSequence);
  }

  /** Takes over what another state of the same key and pattern holds, whose events came later. */
  public void absorb(MatcherState<E> other) {
    if (other.signature != 0) {
      signature = other.signature;
    }
    goOnAfter(other);
    for (int i = 0; i < other.bucketCount; i++) {
      Bucket<E> bucket = other.buckets[i];
      for (int j = bucket.head; j < bucket.head + bucket.size; j++) {
        open(bucket.state, bucket.items[j]);
      }
    }
    if (other.waiting != null) {
      if (waiting != null) {
        throw new IllegalStateException("complete matches wait in two parts of one state");
      }
      waiting = other.waiting;
    }
  }

  /**
   * Moves about n open partial matches that began first into a state of their own. Only where
   * partial matches do not depend on each other, see {@link Automaton#independent}.
   */
  public MatcherState<E> removeFirst(int n) {
    MatcherState<E> first = successor();
    long open = openMatches();
    for (int i = 0; i < bucketCount; i++) {
      Bucket<E> bucket = buckets[i];
      int share = (int) Math.min(bucket.size, (bucket.size * (long) n + open - 1) / open);
      for (int j = bucket.head; j < bucket.head + share; j++) {
        first.open(bucket.state, bucket.items[j]);
      }
      if (share > 0) {
        bucket.removeFront(share);
      }
    }
    return first;
  }

  /** A copy that shares all taken events; what happens to one is not seen by the other. */
  public MatcherState<E> copy() {
    MatcherState<E> copy = new MatcherState<>();
    copy.signature = signature;
    copy.nextSequence = nextSequence;
    copy.buckets = Arrays.copyOf(buckets, bucketCount);
    for (int i = 0; i < bucketCount; i++) {
      copy.buckets[i] = buckets[i].copy();
    }
    copy.bucketCount = bucketCount;
    copy.waiting = waiting == null ? null : waiting.clone();
    return copy;
  }

  /**
   * Writes the state. An event that several partial matches hold is written once.
   *
   * @throws IOException as the output or the writer does
   */
  public void write(DataOutput out, EventWriter<? super E> events) throws IOException {
    new StateWriter<>(this).write(out, events);
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws IOException as the input or the reader does, or where the format is not known
   */
  public static <E> MatcherState<E> read(DataInput in, EventReader<? extends E> events)
      throws IOException {
    return StateReader.read(in, events);
  }

  /** Opens a partial match: the one place where their number grows. */
  void open(int state, Taken<E> match) {
    bucket(state).add(match);
  }

  /** The bucket of a state, made where missing; buckets are kept in order of state. */
  private Bucket<E> bucket(int state) {
    int from = 0;
    int to = bucketCount;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (buckets[middle].state < state) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    if (from < bucketCount && buckets[from].state == state) {
      return buckets[from];
    }
    return insertBucket(from, state);
  }

  private Bucket<E> insertBucket(int at, int state) {
    if (bucketCount == buckets.length) {
      buckets = Arrays.copyOf(buckets, bucketCount + (bucketCount >> 1) + 2);
    }
    System.arraycopy(buckets, at, buckets, at + 1, bucketCount - at);
    buckets[at] = new Bucket<>(state, 2);
    bucketCount++;
    return buckets[at];
  }

  /**
   * Drops open partial matches.
   *
   * @return how many: n, or as many as there are
   */
  public int drop(int n, Limits.Policy policy) {
    boolean oldest = policy == Limits.Policy.DROP_OLDEST;
    for (int dropped = 0; dropped < n; dropped++) {
      Bucket<E> from = oldest ? bucketOfOldest(ALL_STATES) : bucketOfNewest();
      if (from == null) {
        return dropped;
      }
      if (oldest) {
        from.removeFront(1);
      } else {
        from.truncate(from.size - 1);
      }
    }
    return n;
  }

  /** Drops the oldest of those that wait in some states, a bit set of states below 63. */
  public void dropOldest(long states) {
    bucketOfOldest(states).removeFront(1);
  }

  /**
   * Which of the parts of a state holds the oldest open partial match.
   *
   * @param parts each with some open in the states that it is asked for
   * @param states of each part, a bit set of states below 63; no state is in two
   */
  public static <E> int partOfOldest(List<MatcherState<E>> parts, List<Long> states) {
    int oldest = 0;
    Bucket<E> from = parts.get(0).bucketOfOldest(states.get(0));
    for (int i = 1; i < parts.size(); i++) {
      Bucket<E> other = parts.get(i).bucketOfOldest(states.get(i));
      int order = Taken.compareStart(other.front(), from.front());
      if (order < 0 || (order == 0 && other.state < from.state)) {
        oldest = i;
        from = other;
      }
    }
    return oldest;
  }

  private Bucket<E> bucketOfOldest(long states) {
    Bucket<E> oldest = null;
    for (int i = 0; i < bucketCount; i++) {
      Bucket<E> bucket = buckets[i];
      if (bucket.size > 0
          && (states & 1L << Math.min(bucket.state, 63)) != 0
          && (oldest == null || Taken.compareStart(bucket.front(), oldest.front()) < 0)) {
        oldest = bucket;
      }
    }
    return oldest;
  }

  private Bucket<E> bucketOfNewest() {
    Bucket<E> newest = null;
    for (int i = 0; i < bucketCount; i++) {
      Bucket<E> bucket = buckets[i];
      if (bucket.size > 0
          && (newest == null || Taken.compareStart(bucket.back(), newest.back()) >= 0)) {
        newest = bucket;
      }
    }
    return newest;
  }

  /** The open partial match that began first, or null. */
  Taken<E> earliest() {
    Bucket<E> oldest = bucketOfOldest(ALL_STATES);
    return oldest == null ? null : oldest.front();
  }

  @SuppressWarnings("unchecked")
  private static <E> Bucket<E>[] noBuckets() {
    return (Bucket<E>[]) new Bucket<?>[0];
  }
}
