package io.tidegate.match;

/**
 * Receives what a {@link Matcher} finds. A call back into the matcher from here is not allowed.
 *
 * @param <E> event type
 */
public interface MatchOutput<E> {

  /** A complete match. */
  void match(Match<E> match);

  /**
   * A partial match whose time limit has passed.
   *
   * @param partial what it had taken, at least one event
   * @param timestamp the event time, in ms, at which the limit was reached
   */
  void timeout(Match<E> partial, long timestamp);

  /**
   * More was open, or complete, than the {@link Limits} allow, and some of it was dropped. What the
   * policy asks of the host beyond counting it, {@link Matcher#limits()} says.
   *
   * @param what what was dropped
   * @param count how many, at least one
   */
  void dropped(Dropped what, int count);

  /** What limits apply to. */
  enum Dropped {
    PARTIAL_MATCHES,
    MATCHES
  }
}
