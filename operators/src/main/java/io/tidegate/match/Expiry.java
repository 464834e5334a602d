package io.tidegate.match;

/** Ends, or moves on, the partial matches whose limit is reached. */
final class Expiry<E> {
  private final State[] states;
  private final long withinMillis;
  private final boolean hasLimits;
  private final Moves<E> moves;
  private final Settlement<E> settlement;

  Expiry(Automaton<E> automaton, Moves<E> moves, Settlement<E> settlement) {
    this.states = automaton.states;
    this.withinMillis = automaton.withinMillis;
    this.moves = moves;
    this.settlement = settlement;
    boolean limits = withinMillis > 0;
    for (State state : states) {
      limits |= state.windowMillis > 0;
    }
    this.hasLimits = limits;
  }

  long nextDeadline(MatcherState<E> state) {
    long deadline = Long.MAX_VALUE;
    if (hasLimits) {
      for (int i = 0; i < state.bucketCount; i++) {
        if (state.buckets[i].size > 0) {
          deadline = Math.min(deadline, deadline(state.buckets[i]));
        }
      }
    }
    return deadline;
  }

  /** The deadline of a bucket that holds something. */
  long deadline(Bucket<E> bucket) {
    long deadline = Long.MAX_VALUE;
    if (withinMillis > 0) {
      deadline = later(bucket.front().first.timestamp, withinMillis);
    }
    long window = states[bucket.state].windowMillis;
    return window > 0 ? Math.min(deadline, later(bucket.leastPrevious, window)) : deadline;
  }

  /**
   * Handles the limits that are reached at {@code now}.
   *
   * @return whether a partial match was there to handle
   */
  boolean expire(MatcherState<E> state, long now) {
    boolean expired = false;
    for (int i = 0; i < state.bucketCount; i++) {
      Bucket<E> bucket = state.buckets[i];
      if (bucket.size == 0) {
        continue;
      }
      int before = bucket.size;
      State where = states[bucket.state];
      if (where.windowMillis > 0 && later(bucket.leastPrevious, where.windowMillis) <= now) {
        expireAny(bucket, where, now);
      } else if (withinMillis > 0) {
        expireFront(bucket, where, now);
      }
      expired |= bucket.size < before;
    }
    return expired;
  }

  private void expireFront(Bucket<E> bucket, State where, long now) {
    int expired = 0;
    while (expired < bucket.size) {
      Taken<E> match = bucket.items[bucket.head + expired];
      long deadline = later(match.first.timestamp, withinMillis);
      if (deadline > now) {
        break;
      }
      settlement.expired(match, deadline, where.completesOnExpiry);
      expired++;
    }
    if (expired > 0) {
      bucket.removeFront(expired);
    }
  }

  /** At one moment the limit of the state comes before that of the pattern. */
  private void expireAny(Bucket<E> bucket, State where, long now) {
    int end = bucket.head + bucket.size;
    int kept = bucket.head;
    for (int i = bucket.head; i < end; i++) {
      Taken<E> match = bucket.items[i];
      long sincePrevious = later(match.timestamp, where.windowMillis);
      long sinceFirst =
          withinMillis > 0 ? later(match.first.timestamp, withinMillis) : Long.MAX_VALUE;
      if (sincePrevious <= now) {
        if (where.elapse != null) {
          elapse(where, match, sincePrevious);
        } else {
          settlement.expired(match, sincePrevious, where.completesOnExpiry);
        }
      } else if (sinceFirst <= now) {
        settlement.expired(match, sinceFirst, where.completesOnExpiry);
      } else {
        bucket.items[kept++] = match;
      }
    }
    bucket.truncate(kept - bucket.head);
    bucket.rescan();
  }

  /** The time of an absence has passed: the partial match moves on, or is complete, or both. */
  private void elapse(State where, Taken<E> match, long deadline) {
    State.Elapse elapse = where.elapse;
    // A number that no step of the state has, for the order of branches.
    int step = where.steps.length;
    Taken<E> passed = Taken.pass(deadline, moves.sequence(), elapse.target(), step, match);
    if (elapse.complete()) {
      settlement.complete(passed);
    }
    if (elapse.target() >= 0) {
      moves.add(elapse.target(), passed);
    }
    if (elapse.rest() >= 0) {
      boolean ordered = settlement.skips();
      moves.add(
          elapse.rest(),
          ordered ? Taken.skip(moves.sequence(), elapse.rest(), step, match) : match);
    }
  }

  private static long later(long timestamp, long millis) {
    long sum = timestamp + millis;
    return sum < timestamp ? Long.MAX_VALUE : sum;
  }
}
