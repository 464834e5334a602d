package io.tidegate.match;

import java.util.ArrayList;
import java.util.List;

/**
 * Which events change what waits in a state of an automaton, so that a host may pass over a matcher
 * whose states let an event go by.
 *
 * <p>An alternative is a list of conditions that must all accept the event; where every alternative
 * of every state that something waits in has a condition that refuses it, offering the event would
 * change nothing. An alternative without conditions stands for any event: one that does not fit
 * breaks strict contiguity.
 */
public final class Reactions {
  private Reactions() {}

  /** The alternatives under which an event begins a match. */
  public static <E> List<List<EventCondition<E>>> ofStart(Automaton<E> automaton) {
    List<List<EventCondition<E>>> alternatives = new ArrayList<>();
    for (State.Step step : automaton.states[0].steps) {
      if (step.kind() == State.Kind.TAKE) {
        alternatives.add(required(automaton, step.guard()));
      }
    }
    return alternatives;
  }

  /**
   * The alternatives under which an event does something to a partial match that waits in a state.
   *
   * @param state the state's number, as in {@link MatcherState#occupied}
   */
  public static <E> List<List<EventCondition<E>>> of(Automaton<E> automaton, int state) {
    State waiting = automaton.states[state];
    if (waiting.stay() == waiting.steps.length) {
      return List.of(List.of());
    }
    List<List<EventCondition<E>>> alternatives = new ArrayList<>();
    for (int i = 0; i < waiting.steps.length; i++) {
      int[][] guard = waiting.steps[i].guard();
      if (i == waiting.stay()) {
        addRefusals(automaton, guard, alternatives);
      } else if (waiting.steps[i].kind() != State.Kind.STAY) {
        alternatives.add(required(automaton, guard));
      }
    }
    return alternatives;
  }

  /** Conditions that must hold for a guard to hold. */
  private static <E> List<EventCondition<E>> required(Automaton<E> automaton, int[][] guard) {
    List<EventCondition<E>> conditions = new ArrayList<>();
    for (int[] clause : guard) {
      if (clause.length == 1) {
        addIfPlain(automaton, clause[0], conditions);
      }
    }
    return conditions;
  }

  /** The ways for a guard not to hold: all literals of one of its clauses fail. */
  private static <E> void addRefusals(
      Automaton<E> automaton, int[][] guard, List<List<EventCondition<E>>> alternatives) {
    for (int[] clause : guard) {
      List<EventCondition<E>> conditions = new ArrayList<>();
      for (int literal : clause) {
        addIfPlain(automaton, literal ^ 1, conditions);
      }
      alternatives.add(conditions);
    }
  }

  /** That a condition does not hold is known only by asking it. */
  private static <E> void addIfPlain(
      Automaton<E> automaton, int literal, List<EventCondition<E>> conditions) {
    if ((literal & 1) == 0) {
      conditions.add(automaton.predicates[literal >>> 1]);
    }
  }
}
