package io.tidegate.match;

/**
 * What is open in a {@link MatcherState}, found in one pass over it. Belongs to a {@link Matcher},
 * which fills it anew at every call.
 */
public final class Summary {
  private long deadline;
  private int openMatches;
  private long occupied;

  Summary() {}

  <E> void of(MatcherState<E> state, Expiry<E> expiry) {
    deadline = Long.MAX_VALUE;
    openMatches = 0;
    occupied = 0;
    for (int i = 0; i < state.bucketCount; i++) {
      Bucket<E> bucket = state.buckets[i];
      if (bucket.size > 0) {
        deadline = Math.min(deadline, expiry.deadline(bucket));
        openMatches += bucket.size;
        occupied |= MatcherState.bit(bucket.state);
      }
    }
  }

  /** As {@link Matcher#nextDeadline}. */
  public long deadline() {
    return deadline;
  }

  /** As {@link MatcherState#openMatches}. */
  public int openMatches() {
    return openMatches;
  }

  /** As {@link MatcherState#occupied}. */
  public long occupied() {
    return occupied;
  }
}
