package io.tidegate.match;

import java.util.Arrays;

/**
 * Tells how far the open partial matches of an automaton have come.
 *
 * @param <E> event type
 */
public final class Progress<E> {
  private static final int FAR = Integer.MAX_VALUE / 2;

  private final Automaton<E> automaton;

  /** By state: the least number of events to a complete match. */
  private final int[] needed;

  /** Of the partial matches of one automaton. */
  public Progress(Automaton<E> automaton) {
    this.automaton = automaton;
    this.needed = new int[automaton.states.length];
    Arrays.fill(needed, FAR);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (State state : automaton.states) {
        int least = least(state);
        if (least < needed[state.number]) {
          needed[state.number] = least;
          changed = true;
        }
      }
    }
  }

  private int least(State state) {
    int least = state.completesOnExpiry ? 0 : FAR;
    if (state.elapse != null) {
      least = state.elapse.complete() ? 0 : Math.min(least, needed[state.elapse.target()]);
    }
    for (State.Step step : state.steps) {
      int steps =
          switch (step.kind()) {
            case TAKE -> step.complete().length > 0 ? 1 : 1 + needed[step.target()];
            case MOVE -> needed[step.target()];
            case COMPLETE -> 1;
            default -> FAR;
          };
      least = Math.min(least, steps);
    }
    return least;
  }

  /** Where a match begins, nothing taken. */
  public PartialMatch<E> beginning() {
    return new PartialMatch<>(automaton, automaton.states[0], null, needed[0]);
  }

  /** The open partial match that came furthest, the last begun among several; null for none. */
  public PartialMatch<E> furthest(MatcherState<E> state) {
    Bucket<E> best = null;
    for (int i = 0; i < state.bucketCount; i++) {
      Bucket<E> bucket = state.buckets[i];
      if (bucket.size > 0 && (best == null || needed[bucket.state] < needed[best.state])) {
        best = bucket;
      }
    }
    return best == null ? null : at(best, best.size - 1);
  }

  private PartialMatch<E> at(Bucket<E> bucket, int item) {
    return new PartialMatch<>(
        automaton,
        automaton.states[bucket.state],
        bucket.items[bucket.head + item],
        needed[bucket.state]);
  }
}
