package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.match.MatchedEvents;

/**
 * What an expression sees while it is evaluated; one object is reused for every evaluation.
 *
 * <p>A condition sees the current event and the events taken so far; a measure or a summary sees
 * the whole match, its key and its time range, and no current event.
 */
public final class Scope {
  Event current;
  MatchedEvents<Event> matched;
  String key;
  long matchStart;
  long matchEnd;

  /**
   * Set by a numeric node whose value is null, read and cleared by the node that consumes it. So
   * null passes through arithmetic at no cost, and every node is evaluated once.
   */
  boolean unknown;

  /** Points at an event that a stage may take, and at the events that were taken before it. */
  public Scope condition(Event current, MatchedEvents<Event> matched) {
    this.current = current;
    this.matched = matched;
    return this;
  }

  /**
   * Points at a match.
   *
   * @param key the key's text
   * @param start event time of the first matched event, epoch ms
   * @param end event time of the last matched event, epoch ms
   */
  public Scope match(MatchedEvents<Event> matched, String key, long start, long end) {
    this.current = null;
    this.matched = matched;
    this.key = key;
    this.matchStart = start;
    this.matchEnd = end;
    return this;
  }

  /** Reads and clears the mark that the last numeric value was null. */
  boolean takeUnknown() {
    boolean result = unknown;
    unknown = false;
    return result;
  }

  double unknownDouble() {
    unknown = true;
    return 0;
  }

  long unknownLong() {
    unknown = true;
    return 0;
  }
}
