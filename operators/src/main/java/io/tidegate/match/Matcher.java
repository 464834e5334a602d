package io.tidegate.match;

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
  private final boolean begins;
  private final int[] fired;
  private int firedCount;

  private final Limits limits;
  private final Moves<E> moves = new Moves<>();
  private final Expiry<E> expiry;
  private final Summary summary = new Summary();

  private E event;
  private long timestamp;

  /** The event that {@link #canStart} was last asked about, its conditions still known. */
  private E asked;

  /** A matcher for one automaton, without limits. */
  public Matcher(Automaton<E> automaton) {
    this(automaton, Limits.NONE);
  }

  /** A matcher for one automaton that keeps within limits. */
  public Matcher(Automaton<E> automaton, Limits limits) {
    this(automaton, limits, true);
  }

  /**
   * A matcher for one automaton that keeps within limits.
   *
   * @param begins whether events begin new matches; otherwise those that are open are finished
   */
  public Matcher(Automaton<E> automaton, Limits limits, boolean begins) {
    this.automaton = automaton;
    this.begins = begins;
    this.limits = limits;
    this.states = automaton.states;
    this.conditions = new Conditions<>(automaton.predicates);
    this.settlement = new Settlement<>(automaton, limits);
    this.expiry = new Expiry<>(automaton, moves, settlement);
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

  /** The limits it keeps within. */
  public Limits limits() {
    return limits;
  }

  /** Whether an event can begin a match; with an empty state, whether it need be offered at all. */
  public boolean canStart(E event) {
    conditions.begin(event);
    asked = event;
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
   * @return whether the state has changed; where it has not, what is stored of it is still right
   * @throws PatternException where the skip strategy cannot be followed and says to throw
   */
  public boolean offer(MatcherState<E> state, E event, long timestamp, MatchOutput<E> out) {
    adopt(state);
    this.event = event;
    this.timestamp = timestamp;
    moves.begin(state);
    settlement.reset();
    if (asked != event) {
      conditions.begin(event);
    }
    asked = null;
    boolean changed = false;
    for (int i = 0; i < state.bucketCount; i++) {
      Bucket<E> bucket = state.buckets[i];
      if (bucket.size > 0) {
        changed |= advance(bucket);
      }
    }
    if (begins) {
      start();
    }
    changed |= moves.open(state);
    // A partial match may complete without the event and wait on for more of a repetition.
    changed |= settlement.hasMatches();
    if (changed) {
      settlement.emit(state, out);
    }
    this.event = null;
    return changed;
  }

  /**
   * Lets event time pass: partial matches whose limit is reached time out, or are complete where
   * only an absence was left to prove. Deadlines are handled one after the other, so that it makes
   * no difference whether time passes in small steps or in one.
   *
   * @param state what is open for the key; updated
   * @param timestamp the event time now, ms; an event offered later is not older
   * @param out receives matches and timeouts
   * @return whether the state has changed
   */
  public boolean advanceTime(MatcherState<E> state, long timestamp, MatchOutput<E> out) {
    adopt(state);
    settlement.reset();
    boolean changed = false;
    for (long deadline = nextDeadline(state);
        deadline <= timestamp && deadline != Long.MAX_VALUE;
        deadline = nextDeadline(state)) {
      moves.begin(state);
      if (expiry.expire(state, deadline)) {
        moves.open(state);
        settlement.emit(state, out);
        changed = true;
      }
    }
    return changed;
  }

  /**
   * The event time at which {@link #advanceTime} next has something to do, ms; {@link
   * Long#MAX_VALUE} where it never will. May be early where partial matches with a limit since
   * their previous event have ended otherwise, never late.
   */
  public long nextDeadline(MatcherState<E> state) {
    return expiry.nextDeadline(state);
  }

  /** What a host keeps beside a state: {@link #nextDeadline}, number and states of what is open. */
  public Summary summary(MatcherState<E> state) {
    summary.of(state, expiry);
    return summary;
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

  /** Applies the event to all partial matches that wait in one state; false: all stay. */
  private boolean advance(Bucket<E> bucket) {
    State state = states[bucket.state];
    conditions.ofAny();
    boolean known = decide(state);
    if (known && firedCount == 1 && state.steps[fired[0]].kind() == State.Kind.STAY) {
      return false;
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
    if (kept == end) {
      return false;
    }
    bucket.truncate(kept - bucket.head);
    return true;
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
    int before = moves.size();
    boolean stays = false;
    boolean stopped = false;
    for (int i = 0; i < firedCount; i++) {
      State.Step step = steps[fired[i]];
      switch (step.kind()) {
        case STAY -> stays = true;
        case TAKE -> take(step, fired[i], match);
        case MOVE -> moves.add(step.target(), skip(step, fired[i], match));
        case COMPLETE -> settlement.complete(skip(step, fired[i], match));
        default -> stopped = true;
      }
    }
    if (stopped) {
      moves.truncate(before);
      return false;
    }
    return stays;
  }

  /** Goes on without the event; only a skip strategy needs to know that from the chain. */
  private Taken<E> skip(State.Step step, int number, Taken<E> match) {
    if (!settlement.skips()) {
      return match;
    }
    return Taken.skip(moves.sequence(), step.target(), number, match);
  }

  private void take(State.Step step, int number, Taken<E> match) {
    Taken<E> taken =
        Taken.take(event, timestamp, moves.sequence(), step.stage(), step.target(), number, match);
    if (step.target() >= 0) {
      moves.add(step.target(), taken);
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
}
