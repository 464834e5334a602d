package io.tidegate.match;

/**
 * A state of a compiled automaton: what each event may do to the partial matches that wait in it.
 */
final class State {

  /** What a step does. */
  enum Kind {
    /** The event is taken and the partial match moves on. */
    TAKE,
    /** The event is skipped and the partial match stays. */
    STAY,
    /** The event is skipped and the partial match moves on. */
    MOVE,
    /** The event is skipped and the match is complete. */
    COMPLETE,
    /** The event breaks an absence. */
    STOP
  }

  /**
   * One thing an event may do.
   *
   * @param kind what
   * @param guard when, see {@link Guard#clauses}
   * @param stage the stage that takes the event, or the absence it breaks; else -1
   * @param target number of the state moved to; -1 where the match is complete and nothing goes on
   * @param complete under which guards the taken event also completes the match, any one sufficing;
   *     empty for never
   */
  record Step(Kind kind, int[][] guard, int stage, int target, int[][][] complete) {}

  /**
   * What becomes of a partial match once the limit of its state has passed and it does not end.
   *
   * @param target number of the state moved to; -1 where nothing goes on
   * @param complete whether the match is complete
   * @param rest number of the state in which it waits on for what may come instead; -1 for none
   */
  record Elapse(int target, boolean complete, int rest) {}

  final int number;
  final Step[] steps;

  /** Limit between the last event taken and the next, ms; 0 for none. */
  final long windowMillis;

  /** What the passing of the limit leads to; null where it ends the partial match. */
  final Elapse elapse;

  /**
   * Whether a partial match that expires here has only an absence left to prove: it is complete.
   */
  final boolean completesOnExpiry;

  private final int stay;

  State(int number, Step[] steps, long windowMillis, Elapse elapse, boolean completesOnExpiry) {
    this.number = number;
    this.steps = steps;
    this.windowMillis = windowMillis;
    this.elapse = elapse;
    this.completesOnExpiry = completesOnExpiry;
    int first = 0;
    while (first < steps.length && steps[first].kind() != Kind.STAY) {
      first++;
    }
    this.stay = first;
  }

  /** The step that stays here; where there is none, a number beyond every step. */
  int stay() {
    return stay;
  }
}
