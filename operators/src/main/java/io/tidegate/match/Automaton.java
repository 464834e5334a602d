package io.tidegate.match;

import java.util.List;

/**
 * A compiled pattern: the states a partial match can wait in and what an event does there.
 * Immutable and shared by any number of {@link Matcher}s.
 *
 * @param <E> event type
 */
public final class Automaton<E> {
  final State[] states;
  final EventCondition<E>[] predicates;
  final long withinMillis;
  final SkipStrategy.Type skip;
  final int skipStage;
  final int signature;
  private final PatternDefinition<E> definition;

  @SuppressWarnings("unchecked")
  private Automaton(
      PatternDefinition<E> definition, State[] states, List<EventCondition<E>> predicates) {
    this.definition = definition;
    this.states = states;
    this.predicates = (EventCondition<E>[]) predicates.toArray(new EventCondition<?>[0]);
    this.withinMillis = definition.withinMillis();
    this.skip = definition.skip().type();
    this.skipStage =
        definition.skip().stage() == null ? -1 : definition.stageIndex(definition.skip().stage());
    this.signature = Flattener.signature(states) * 31 + Long.hashCode(withinMillis);
  }

  /**
   * Compiles a pattern.
   *
   * @throws PatternException where the parts of the pattern do not go together, with the stage at
   *     fault and the reason
   */
  public static <E> Automaton<E> compile(PatternDefinition<E> definition) {
    PatternChecks.check(definition);
    GraphBuilder<E> builder = new GraphBuilder<>(definition);
    State[] states = Flattener.flatten(builder.build());
    if (states.length > Short.MAX_VALUE) {
      throw new PatternException(
          null, "needs " + states.length + " states; repeat less, " + Short.MAX_VALUE + " is most");
    }
    for (State.Step step : states[0].steps) {
      if (step.kind() == State.Kind.STOP) {
        throw new PatternException(
            definition.stageNames().get(step.stage()),
            "every stage before it may be left out; an absence needs an event to count from");
      }
    }
    if (states[0].elapse != null) {
      throw new PatternException(
          null, "every stage before absent_for may be left out; it needs an event to count from");
    }
    return new Automaton<>(definition, states, builder.predicates());
  }

  /** The pattern this was compiled from. */
  public PatternDefinition<E> definition() {
    return definition;
  }

  /**
   * Whether what becomes of a partial match never depends on another: no match makes others void.
   */
  public boolean independent() {
    return skip == SkipStrategy.Type.NO_SKIP;
  }

  /** Number of states. */
  public int size() {
    return states.length;
  }

  /** A number that is equal for patterns of equal structure, in every process; conditions aside. */
  public int signature() {
    return signature;
  }
}
