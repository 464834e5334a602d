package io.tidegate.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Emits what one event, or one deadline, has completed: in order, held back and thinned out as the
 * skip strategy says.
 */
final class Settlement<E> {

  /** A partial match that timed out, and when. */
  private record Timeout<E>(Taken<E> match, long timestamp) {}

  private final Automaton<E> automaton;
  private final PathOrder<E> order;
  private final boolean skips;
  private final Limits limits;
  private int sent;
  private final List<Taken<E>> completed = new ArrayList<>();
  private final List<Timeout<E>> timeouts = new ArrayList<>();

  /** Whether there is anything in the lists; most events leave them alone. */
  private boolean found;

  Settlement(Automaton<E> automaton, Limits limits) {
    this.automaton = automaton;
    this.limits = limits;
    this.order = new PathOrder<>(automaton.states);
    this.skips = automaton.skip != SkipStrategy.Type.NO_SKIP;
  }

  /** Whether a match makes others void. */
  boolean skips() {
    return skips;
  }

  /** Forgets what a call that failed has left behind. */
  void reset() {
    if (found) {
      completed.clear();
      timeouts.clear();
      found = false;
    }
  }

  /** Whether a complete match was noted and not emitted. */
  boolean hasMatches() {
    return found && !completed.isEmpty();
  }

  /** Notes a complete match. */
  void complete(Taken<E> match) {
    found = true;
    completed.add(match);
  }

  /** Notes a partial match whose limit is reached. */
  void expired(Taken<E> match, long timestamp, boolean complete) {
    found = true;
    if (complete) {
      completed.add(match);
    } else {
      timeouts.add(new Timeout<>(match, timestamp));
    }
  }

  /** Emits what can be emitted, having dropped what is open beyond the limit. */
  void emit(MatcherState<E> state, MatchOutput<E> out) {
    sent = 0;
    int open = state.openMatches() + (state.waiting == null ? 0 : state.waiting.length);
    if (open > limits.open()) {
      int surplus = state.drop(open - limits.open(), limits.policy());
      if (surplus > 0) {
        out.dropped(MatchOutput.Dropped.PARTIAL_MATCHES, surplus);
      }
    }
    if (found || state.waiting != null) {
      emitMatches(state, out);
      emitTimeouts(out);
      found = false;
    }
  }

  private void emitMatches(MatcherState<E> state, MatchOutput<E> out) {
    if (completed.size() > 1) {
      completed.sort(order);
    }
    if (!skips) {
      for (Taken<E> match : completed) {
        send(match, out);
      }
      completed.clear();
    }
    if (state.waiting != null || !completed.isEmpty()) {
      release(state, out);
      completed.clear();
    }
    if (sent > limits.matchesPerEvent()) {
      out.dropped(MatchOutput.Dropped.MATCHES, sent - limits.matchesPerEvent());
    }
  }

  private void emitTimeouts(MatchOutput<E> out) {
    if (timeouts.size() > 1) {
      timeouts.sort((a, b) -> order.compare(a.match, b.match));
    }
    for (Timeout<E> timeout : timeouts) {
      out.timeout(new Match<>(timeout.match), timeout.timestamp);
    }
    timeouts.clear();
  }

  private void send(Taken<E> match, MatchOutput<E> out) {
    if (sent++ < limits.matchesPerEvent()) {
      out.match(new Match<>(match));
    }
  }

  /**
   * Emits matches from the one that began first, as long as no open partial match began before.
   *
   * <p>Among matches of one first event the queue decides; it is the reference's, so that the same
   * one comes first and makes the others void.
   */
  private void release(MatcherState<E> state, MatchOutput<E> out) {
    PriorityQueue<Taken<E>> queue = new PriorityQueue<>(Taken::compareStart);
    if (state.waiting != null) {
      queue.addAll(Arrays.asList(state.waiting));
    }
    queue.addAll(completed);
    for (Taken<E> match = queue.peek(); match != null; match = queue.peek()) {
      Taken<E> earliest = state.earliest();
      if (earliest != null && Taken.compareStart(match, earliest) > 0) {
        break;
      }
      queue.poll();
      Taken<E> upTo = skipTo(match);
      if (upTo != null) {
        discard(state, upTo);
        queue.removeIf(other -> isVoid(other, upTo));
      }
      send(match, out);
    }
    // In the queue's own order, which putting them back in leaves as it is.
    state.waiting = queue.isEmpty() ? null : queue.toArray(Settlement::array);
  }

  /** The event up to which the match makes others void; null where it makes none void. */
  private Taken<E> skipTo(Taken<E> match) {
    switch (automaton.skip) {
      case SKIP_TO_NEXT:
        return least(match);
      case SKIP_PAST_LAST_EVENT:
        return greatest(match);
      default:
        Taken<E> to = Taken.last(match, automaton.skipStage);
        if (automaton.skip == SkipStrategy.Type.SKIP_TO_FIRST) {
          for (Taken<E> link = to; link != null; ) {
            to = link;
            link = Taken.last(link.previous, automaton.skipStage);
          }
        }
        if (automaton.definition().skip().throwOnMiss()) {
          refuseMiss(match, to);
        }
        return to;
    }
  }

  private void refuseMiss(Taken<E> match, Taken<E> to) {
    String stage = automaton.definition().skip().stage();
    if (to == null) {
      throw new PatternException(stage, "cannot skip to it: the match has no event of it");
    }
    if (Taken.comparePosition(to, least(match)) == 0) {
      throw new PatternException(stage, "cannot skip to it: it holds the match's first event");
    }
  }

  private static <E> Taken<E> least(Taken<E> match) {
    Taken<E> least = match.first;
    for (Taken<E> link = match; link != null; link = link.previous) {
      boolean less = link.stage != Taken.NONE && Taken.comparePosition(link, least) < 0;
      least = less ? link : least;
    }
    return least;
  }

  private static <E> Taken<E> greatest(Taken<E> match) {
    Taken<E> greatest = match.first;
    for (Taken<E> link = match; link != null; link = link.previous) {
      boolean more = link.stage != Taken.NONE && Taken.comparePosition(link, greatest) > 0;
      greatest = more ? link : greatest;
    }
    return greatest;
  }

  private boolean isVoid(Taken<E> match, Taken<E> upTo) {
    int order = Taken.comparePosition(match.first, upTo);
    return order < 0
        || (order == 0
            && (automaton.skip == SkipStrategy.Type.SKIP_TO_NEXT
                || automaton.skip == SkipStrategy.Type.SKIP_PAST_LAST_EVENT));
  }

  private void discard(MatcherState<E> state, Taken<E> upTo) {
    for (int i = 0; i < state.bucketCount; i++) {
      Bucket<E> bucket = state.buckets[i];
      int gone = 0;
      while (gone < bucket.size && isVoid(bucket.items[bucket.head + gone], upTo)) {
        gone++;
      }
      if (gone > 0) {
        bucket.removeFront(gone);
      }
    }
  }

  @SuppressWarnings("unchecked")
  static <E> Taken<E>[] array(int length) {
    return (Taken<E>[]) new Taken<?>[length];
  }
}
