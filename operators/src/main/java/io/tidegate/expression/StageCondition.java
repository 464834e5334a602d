package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import io.tidegate.match.EventCondition;
import io.tidegate.match.MatchedEvents;
import java.util.ArrayList;
import java.util.List;

/**
 * A stage's condition: the event comes from one of the stage's streams and the expression is true
 * (not false, not unknown). Nothing is allocated per event.
 *
 * <p>The conjuncts that look at the current event alone are tested first and on their own, so that
 * a matcher can decide once per event what would otherwise be decided once per partial match.
 */
public final class StageCondition implements EventCondition<Event> {
  private static final EventPredicate[] NONE = {};

  private final boolean[] streams;
  private final EventPredicate[] guards;
  private final Expression rest;
  private final Scope scope = new Scope();

  private StageCondition(boolean[] streams, EventPredicate[] guards, Expression rest) {
    this.streams = streams;
    this.guards = guards;
    this.rest = rest;
  }

  /**
   * The condition of a stage.
   *
   * @param expression a boolean expression, or null to take every event of the streams
   * @param streams indexes of the stage's streams
   * @param streamCount number of streams in the plan
   * @throws ExpressionException when the expression is not boolean
   */
  public static StageCondition of(Expression expression, int[] streams, int streamCount) {
    if (expression != null && expression.type() != FieldType.BOOLEAN) {
      throw new ExpressionException("a condition is boolean, found " + expression.type().text());
    }
    boolean[] taken = null;
    if (streams.length < streamCount) {
      taken = new boolean[streamCount];
      for (int stream : streams) {
        taken[stream] = true;
      }
    }
    List<EventPredicate> guards = new ArrayList<>();
    List<Expression> rest = new ArrayList<>();
    for (Expression term : Logic.conjuncts(expression)) {
      if (term instanceof EventPredicate predicate) {
        guards.add(predicate);
      } else {
        rest.add(term);
      }
    }
    return new StageCondition(taken, guards.toArray(NONE), rest.isEmpty() ? null : Logic.and(rest));
  }

  @Override
  public boolean test(Event event, MatchedEvents<Event> matched) {
    return mayAccept(event)
        && (rest == null || rest.asTruth(scope.condition(event, matched)) == Truth.TRUE);
  }

  /** What an event of a stream must be for the condition to be true. */
  public Domains domains(int stream) {
    if (streams != null && !streams[stream]) {
      return Domains.NEVER;
    }
    Domains domains = Domains.ANY;
    for (EventPredicate guard : guards) {
      domains = domains.and(guard.domains(stream, true));
    }
    return domains;
  }

  @Override
  public boolean readsMatched() {
    return rest != null;
  }

  @Override
  public boolean mayAccept(Event event) {
    if (streams != null && !streams[event.stream]) {
      return false;
    }
    for (EventPredicate guard : guards) {
      if (guard.truthOf(event) != Truth.TRUE) {
        return false;
      }
    }
    return true;
  }
}
