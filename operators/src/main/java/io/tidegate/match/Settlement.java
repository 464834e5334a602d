package io.tidegate.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Emits what one event, or one deadline, has completed: in order, held back and thinned out as the
 * skip strategy says.
 */
final class Settlement<E> {

  /** A partial match that timed out, and when. */
  private record Timeout<E>(Taken<E> match, long timestamp) {}

  private final Automaton<E> automaton;
  private final boolean skips;
  private final List<Taken<E>> completed = new ArrayList<>();
  private final List<Timeout<E>> timeouts = new ArrayList<>();

  Settlement(Automaton<E> automaton) {
    this.automaton = automaton;
    this.skips = automaton.skip != SkipStrategy.Type.NO_SKIP;
  }

  /** Forgets what a call that failed has left behind. */
  void reset() {
    completed.clear();
    timeouts.clear();
  }

  /** Notes a complete match. */
  void complete(Taken<E> match) {
    completed.add(match);
  }

  /** Notes a partial match whose limit is reached. */
  void expired(Taken<E> match, long timestamp, boolean complete) {
    if (complete) {
      completed.add(match);
    } else {
      timeouts.add(new Timeout<>(match, timestamp));
    }
  }

  /** Emits what can be emitted. */
  void emit(MatcherState<E> state, MatchOutput<E> out) {
    if (!completed.isEmpty()) {
      if (completed.size() > 1) {
        completed.sort(Taken::comparePath);
      }
      if (skips) {
        hold(state);
      } else {
        for (Taken<E> match : completed) {
          out.match(new Match<>(match));
        }
      }
      completed.clear();
    }
    if (state.waiting != null) {
      release(state, out);
    }
    if (!timeouts.isEmpty()) {
      timeouts.sort((a, b) -> Taken.comparePath(a.match, b.match));
      for (Timeout<E> timeout : timeouts) {
        out.timeout(new Match<>(timeout.match), timeout.timestamp);
      }
      timeouts.clear();
    }
  }

  /** Puts new matches behind those that wait and did not begin later. */
  private void hold(MatcherState<E> state) {
    int held = state.waiting == null ? 0 : state.waiting.length;
    Taken<E>[] all =
        held == 0
            ? array(completed.size())
            : Arrays.copyOf(state.waiting, held + completed.size());
    for (Taken<E> match : completed) {
      int at = held++;
      while (at > 0 && Taken.compareStart(all[at - 1], match) > 0) {
        all[at] = all[at - 1];
        at--;
      }
      all[at] = match;
    }
    state.waiting = all;
  }

  /** Emits from the front as long as no open partial match began before. */
  private void release(MatcherState<E> state, MatchOutput<E> out) {
    while (state.waiting != null) {
      Taken<E> match = state.waiting[0];
      Taken<E> earliest = state.earliest();
      if (earliest != null && Taken.compareStart(match, earliest) > 0) {
        return;
      }
      state.waiting =
          state.waiting.length == 1
              ? null
              : Arrays.copyOfRange(state.waiting, 1, state.waiting.length);
      Taken<E> upTo = skipTo(match);
      if (upTo != null) {
        discard(state, upTo);
      }
      out.match(new Match<>(match));
    }
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
    Taken<E> least = match;
    for (Taken<E> link = match.previous; link != null; link = link.previous) {
      least = Taken.comparePosition(link, least) < 0 ? link : least;
    }
    return least;
  }

  private static <E> Taken<E> greatest(Taken<E> match) {
    Taken<E> greatest = match;
    for (Taken<E> link = match.previous; link != null; link = link.previous) {
      greatest = Taken.comparePosition(link, greatest) > 0 ? link : greatest;
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
    if (state.waiting != null) {
      int gone = 0;
      while (gone < state.waiting.length && isVoid(state.waiting[gone], upTo)) {
        gone++;
      }
      state.waiting =
          gone == state.waiting.length
              ? null
              : Arrays.copyOfRange(state.waiting, gone, state.waiting.length);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E> Taken<E>[] array(int length) {
    return (Taken<E>[]) new Taken<?>[length];
  }
}
