package io.tidegate.expression;

import io.tidegate.event.Event;

/**
 * A boolean node that needs nothing but the current event, so that it is tested without a scope.
 */
abstract class EventPredicate extends BooleanExpression {
  /** The predicate's truth value for an event. */
  abstract int truthOf(Event event);

  /**
   * What fields must be for the predicate to be true, or, where {@code wanted} is false, for it to
   * be false.
   *
   * @param stream the stream of the event
   */
  Domains domains(int stream, boolean wanted) {
    return Domains.ANY;
  }

  /** A boolean node that is known to need nothing but the current event; others unchanged. */
  static Expression alone(Expression node) {
    if (!(node instanceof BooleanExpression) || node instanceof EventPredicate) {
      return node;
    }
    return new EventPredicate() {
      private final Scope scope = new Scope();

      @Override
      int truthOf(Event event) {
        return node.asTruth(scope.condition(event, null));
      }
    };
  }

  @Override
  public final int asTruth(Scope scope) {
    return truthOf(scope.current);
  }
}
