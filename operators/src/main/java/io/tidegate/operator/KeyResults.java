package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.record.MatchRecord;

/** Receives what comes out of the events and the time of a key. */
interface KeyResults {
  void match(HostedRule rule, MatchRecord match);

  void timeout(HostedRule rule, MatchRecord timeout);

  /**
   * The rule had more open, or more matches of one event, than its limits allow, and that many were
   * dropped.
   */
  void dropped(HostedRule rule, Dropped what, int count);

  /** A match so soon after the rule's last one for the key that it is not reported. */
  void cooledDown(HostedRule rule);

  /** An event that repeats the identity of one within its stream's deduplication horizon. */
  void duplicate(Event event);

  /** The key was silent for the limit, and its window and derived fields begin anew. */
  default void idle() {}

  /** The number of open partial matches went up, or down, by so many. */
  void opened(int more);

  /** An event is about to be offered to the rules of a key, as they will see it. */
  default void offering(RoutedKey key, Event event) {}
}
