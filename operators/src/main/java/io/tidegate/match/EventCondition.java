package io.tidegate.match;

import java.util.function.Predicate;

/**
 * Decides whether a stage takes an event.
 *
 * <p>A condition is a pure function: the matcher may call it once for many partial matches, in any
 * order, or not at all. The two default methods say how much of it depends on the event alone; a
 * condition that answers them well is evaluated once per event instead of once per open partial
 * match.
 *
 * @param <E> event type
 */
@FunctionalInterface
public interface EventCondition<E> {

  /**
   * Says whether the event is taken.
   *
   * @param event the current event
   * @param matched the events that this partial match has taken so far, the current one not among
   *     them; valid only during the call
   */
  boolean test(E event, MatchedEvents<E> matched);

  /** False where {@link #test} looks at nothing but the event. */
  default boolean readsMatched() {
    return true;
  }

  /**
   * A cheap necessary condition: where it answers false, {@link #test} is false for this event
   * whatever was matched before.
   */
  default boolean mayAccept(E event) {
    return true;
  }

  /** A condition on the event alone. */
  static <E> EventCondition<E> on(Predicate<? super E> predicate) {
    return new EventCondition<>() {
      @Override
      public boolean test(E event, MatchedEvents<E> matched) {
        return predicate.test(event);
      }

      @Override
      public boolean readsMatched() {
        return false;
      }
    };
  }
}
