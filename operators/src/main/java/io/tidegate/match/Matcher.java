package io.tidegate.match;

import java.util.Arrays;

/**
 * Runs an {@link Automaton} over the events of one key at a time.
 *
 * <p>The host offers the events of a key in the order it has settled on, and before each one lets
 * time advance to it. The matcher keeps only working space of its own: what it remembers between
 * calls is in the {@link MatcherState}. Not thread-safe.
 *
 * @param <E> event type
 */
public final class Matcher<E> {
  private final Automaton<E> automaton;
  private final State[] states;
  private final Conditions<E> conditions;
  private final Settlement<E> settlement;
  private final int[] fired;
  private int firedCount;

  private E event;
  private long timestamp;
  private long sequence;
  private boolean sequenceUsed;

  private int[] movedTo = new int[8];
  private Taken<E>[] moved = array(8);
  private int movedCount;

  /** A matcher for one automaton. */
  public Matcher(Automaton<E> automaton) {
    this.automaton = automaton;
    this.states = automaton.states;
    this.conditions = new Conditions<>(automaton.predicates);
    this.settlement = new Settlement<>(automaton);
    int most = 0;
    for (State state : states) {
      most = Math.max(most, state.steps.length);
    }
    this.fired = new int[most];
  }

  /** The automaton this runs. */
  public Automaton<E> automaton() {
    return automaton;
  }

  /** Whether an event can begin a match; with an empty state, whether it need be offered at all. */
  public boolean canStart(E event) {
    conditions.begin(event);
    conditions.of(null);
    for (State.Step step : states[0].steps) {
      if (step.kind() == State.Kind.TAKE && conditions.holds(step.guard()) == Conditions.TRUE) {
        return true;
      }
    }
    return false;
  }

  /**
   * Offers the next event.
   *
   * @param state what is open for the key; updated
   * @param event the event
   * @param timestamp its event time, ms
   * @param out receives the matches it completes
   * @throws PatternException where the skip strategy cannot be followed and says to throw
   */
  public void offer(MatcherState<E> state, E event, long timestamp, MatchOutput<E> out) {
    adopt(state);
    this.event = event;
    this.timestamp = timestamp;
    this.sequence = state.nextSequence;
    this.sequenceUsed = false;
    this.movedCount = 0;
    settlement.reset();
    conditions.begin(event);
    for (int i = 0; i < state.bucketCount; i++) {
      if (state.buckets[i].size > 0) {
        advance(state.buckets[i]);
      }
    }
    start();
    for (int i = 0; i < movedCount; i++) {
      state.open(movedTo[i], moved[i]);
      moved[i] = null;
    }
    if (sequenceUsed) {
      state.nextSequence = sequence + 1;
    }
    settlement.emit(state, out);
    this.event = null;
  }

  /**
   * Lets event time pass: partial matches whose limit is reached time out, or are complete where
   * only an absence was left to prove. Deadlines are handled one after the other, so that it makes
   * no difference whether time passes in small steps or in one.
   *
   * @param state what is open for the key; updated
   * @param timestamp the event time now, ms; an event offered later is not older
   * @param out receives matches and timeouts
   */
  public void advanceTime(MatcherState<E> state, long timestamp, MatchOutput<E> out) {
    adopt(state);
    settlement.reset();
    for (long deadline = nextDeadline(state);
        deadline <= timestamp && deadline != Long.MAX_VALUE;
        deadline = nextDeadline(state)) {
      expire(state, deadline, out);
    }
  }

  /**
   * The event time at which {@link #advanceTime} next has something to do, ms; {@link
   * Long#MAX_VALUE} where it never will. May be early where partial matches with a limit since
   * their previous event have ended otherwise, never late.
   */
  public long nextDeadline(MatcherState<E> state) {
    long deadline = Long.MAX_VALUE;
    for (int i = 0; i < state.bucketCount; i++) {
      Bucket<E> bucket = state.buckets[i];
      if (bucket.size > 0) {
        if (automaton.withinMillis > 0) {
          deadline =
              Math.min(deadline, later(bucket.front().first.timestamp, automaton.withinMillis));
        }
        long window = states[bucket.state].windowMillis;
        if (window > 0) {
          deadline = Math.min(deadline, later(bucket.leastPrevious, window));
        }
      }
    }
    return deadline;
  }

  private void adopt(MatcherState<E> state) {
    if (state.signature != automaton.signature) {
      if (state.signature != 0) {
        throw new IllegalStateException(
            "the state was filled by a pattern of another structure; finish or drop it");
      }
      state.signature = automaton.signature;
    }
  }

  /** Applies the event to all partial matches that wait in one state. */
  private void advance(Bucket<E> bucket) {
    State state = states[bucket.state];
    conditions.ofAny();
    boolean known = decide(state);
    if (known && firedCount == 1 && state.steps[fired[0]].kind() == State.Kind.STAY) {
      return;
    }
    Taken<E>[] items = bucket.items;
    int end = bucket.head + bucket.size;
    int kept = bucket.head;
    for (int i = bucket.head; i < end; i++) {
      Taken<E> match = items[i];
      if (!known) {
        conditions.of(match);
        decide(state);
      }
      if (apply(state, match)) {
        items[kept++] = match;
      }
    }
    if (kept < end) {
      bucket.truncate(kept - bucket.head);
    }
  }

  /** Begins new partial matches. */
  private void start() {
    conditions.of(null);
    State.Step[] steps = states[0].steps;
    for (int i = 0; i < steps.length; i++) {
      if (steps[i].kind() == State.Kind.TAKE
          && conditions.holds(steps[i].guard()) == Conditions.TRUE) {
        take(steps[i], i, null);
      }
    }
  }

  /**
   * Collects the steps that the event fires.
   *
   * @return false where that depends on what a partial match has taken and no one is looked at
   */
  private boolean decide(State state) {
    State.Step[] steps = state.steps;
    firedCount = 0;
    for (int i = 0; i < steps.length; i++) {
      int holds = conditions.holds(steps[i].guard());
      if (holds == Conditions.UNKNOWN) {
        return false;
      }
      if (holds == Conditions.TRUE) {
        fired[firedCount++] = i;
      }
    }
    return true;
  }

  /** Applies the fired steps to a partial match and says whether it stays where it is. */
  private boolean apply(State state, Taken<E> match) {
    State.Step[] steps = state.steps;
    int before = movedCount;
    boolean stays = false;
    boolean stopped = false;
    for (int i = 0; i < firedCount; i++) {
      State.Step step = steps[fired[i]];
      switch (step.kind()) {
        case STAY -> stays = true;
        case TAKE -> take(step, fired[i], match);
        case MOVE -> move(step.target(), skip(step, fired[i], match));
        case COMPLETE -> settlement.complete(skip(step, fired[i], match));
        default -> stopped = true;
      }
    }
    if (stopped) {
      while (movedCount > before) {
        moved[--movedCount] = null;
      }
      return false;
    }
    return stays;
  }

  /** Goes on without the event; only a skip strategy needs to know that from the chain. */
  private Taken<E> skip(State.Step step, int number, Taken<E> match) {
    if (!settlement.skips()) {
      return match;
    }
    sequenceUsed = true;
    return Taken.skip(sequence, step.target(), number, match);
  }

  private void take(State.Step step, int number, Taken<E> match) {
    Taken<E> taken =
        Taken.take(event, timestamp, sequence, step.stage(), step.target(), number, match);
    sequenceUsed = true;
    if (step.target() >= 0) {
      move(step.target(), taken);
    }
    if (step.complete().length > 0) {
      conditions.of(match);
      for (int[][] way : step.complete()) {
        if (conditions.holds(way) == Conditions.TRUE) {
          settlement.complete(taken);
          break;
        }
      }
    }
  }

  private void move(int target, Taken<E> match) {
    if (movedCount == moved.length) {
      movedTo = Arrays.copyOf(movedTo, movedCount * 2);
      moved = Arrays.copyOf(moved, movedCount * 2);
    }
    movedTo[movedCount] = target;
    moved[movedCount++] = match;
  }

  /** Ends the partial matches whose limit is reached at {@code now}. */
  private void expire(MatcherState<E> state, long now, MatchOutput<E> out) {
    for (int i = 0; i < state.bucketCount; i++) {
      Bucket<E> bucket = state.buckets[i];
      if (bucket.size == 0) {
        continue;
      }
      State where = states[bucket.state];
      if (where.windowMillis > 0 && later(bucket.leastPrevious, where.windowMillis) <= now) {
        expireAny(bucket, where, now);
      } else if (automaton.withinMillis > 0) {
        expireFront(bucket, where, now);
      }
    }
    settlement.emit(state, out);
  }

  private void expireFront(Bucket<E> bucket, State where, long now) {
    int expired = 0;
    while (expired < bucket.size) {
      Taken<E> match = bucket.items[bucket.head + expired];
      long deadline = later(match.first.timestamp, automaton.withinMillis);
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

  private void expireAny(Bucket<E> bucket, State where, long now) {
    int end = bucket.head + bucket.size;
    int kept = bucket.head;
    for (int i = bucket.head; i < end; i++) {
      Taken<E> match = bucket.items[i];
      long sincePrevious = later(match.timestamp, where.windowMillis);
      long sinceFirst =
          automaton.withinMillis > 0
              ? later(match.first.timestamp, automaton.withinMillis)
              : Long.MAX_VALUE;
      if (sincePrevious <= now) {
        settlement.expired(match, sincePrevious, where.completesOnExpiry);
      } else if (sinceFirst <= now) {
        settlement.expired(match, sinceFirst, where.completesOnExpiry);
      } else {
        bucket.items[kept++] = match;
      }
    }
    bucket.truncate(kept - bucket.head);
    bucket.rescan();
  }

  private static long later(long timestamp, long millis) {
    long sum = timestamp + millis;
    return sum < timestamp ? Long.MAX_VALUE : sum;
  }

  @SuppressWarnings("unchecked")
  private static <E> Taken<E>[] array(int length) {
    return (Taken<E>[]) new Taken<?>[length];
  }
}
