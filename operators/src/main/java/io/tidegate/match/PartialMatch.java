package io.tidegate.match;

import java.util.Arrays;
import java.util.TreeSet;

/**
 * An open partial match, looked at from outside: what it has taken, what it waits for and what an
 * event would do to it. For people who ask why a rule did not match; nothing here runs in a job.
 *
 * @param <E> event type
 */
public final class PartialMatch<E> {

  /** What an event does to a partial match. */
  public enum Effect {
    /** A stage takes it, or the partial match moves on without it. */
    ADVANCES,
    /** It is passed over. */
    PASSED_OVER,
    /** It breaks a stated absence. */
    BREAKS_ABSENCE,
    /** It does not fit where it had to, and nothing goes on. */
    ENDS
  }

  private final Automaton<E> automaton;
  private final State state;
  private final Taken<E> chain;
  private final int eventsNeeded;

  PartialMatch(Automaton<E> automaton, State state, Taken<E> chain, int eventsNeeded) {
    this.automaton = automaton;
    this.state = state;
    this.chain = chain;
    this.eventsNeeded = eventsNeeded;
  }

  /** What it has taken; null where nothing has begun. */
  public Match<E> taken() {
    return chain == null ? null : new Match<>(chain);
  }

  /** The least number of events that would complete it; 0 where only time has to pass. */
  public int eventsNeeded() {
    return eventsNeeded;
  }

  /** Indexes of the stages that may take the next event, ascending. */
  public int[] waitsFor() {
    TreeSet<Integer> stages = new TreeSet<>();
    for (State.Step step : state.steps) {
      if (step.kind() == State.Kind.TAKE) {
        stages.add(step.stage());
      }
    }
    return stages.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether the limit from the first event is the one that it reaches first. */
  public boolean limitedByWithin() {
    return deadline() == sinceFirst();
  }

  /** Event time at which its limit is reached, epoch ms; {@link Long#MAX_VALUE} for never. */
  public long deadline() {
    return Math.min(sinceFirst(), later(chain.timestamp, state.windowMillis));
  }

  /** Whether it goes on, or is complete, when its limit is reached: an absence is proven then. */
  public boolean movesOnAtDeadline() {
    return state.elapse != null && later(chain.timestamp, state.windowMillis) <= sinceFirst();
  }

  private long sinceFirst() {
    return later(chain.first.timestamp, automaton.withinMillis);
  }

  private static long later(long timestamp, long millis) {
    return millis > 0 ? timestamp + millis : Long.MAX_VALUE;
  }

  /** What an event does to it. */
  public Effect effect(E event) {
    int step = decisive(event);
    if (step < 0) {
      return Effect.ENDS;
    }
    return switch (state.steps[step].kind()) {
      case STOP -> Effect.BREAKS_ABSENCE;
      case STAY -> Effect.PASSED_OVER;
      default -> Effect.ADVANCES;
    };
  }

  /** Index of the absence that an event breaks; -1 where it breaks none. */
  public int brokenAbsence(E event) {
    int step = decisive(event);
    return step >= 0 && state.steps[step].kind() == State.Kind.STOP
        ? state.steps[step].stage()
        : -1;
  }

  /** The step that decides what becomes of it: a broken absence before all, staying last. */
  private int decisive(E event) {
    Conditions<E> conditions = new Conditions<>(automaton.predicates);
    conditions.begin(event);
    conditions.of(chain);
    int decisive = -1;
    for (int i = 0; i < state.steps.length; i++) {
      if (conditions.holds(state.steps[i].guard()) != Conditions.TRUE) {
        continue;
      }
      if (state.steps[i].kind() == State.Kind.STOP) {
        return i;
      }
      if (decisive < 0 || state.steps[decisive].kind() == State.Kind.STAY) {
        decisive = i;
      }
    }
    return decisive;
  }

  /** Whether it is the same partial match in the same place. */
  public boolean isSameAs(PartialMatch<E> other) {
    return state == other.state && chain == other.chain;
  }

  @Override
  public String toString() {
    return Arrays.toString(waitsFor()) + " after " + (chain == null ? "nothing" : taken().events());
  }
}
