package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.match.MatcherState;

/**
 * What one rule has open for one key: the youngest partial matches, or all, with the key's state;
 * where they are many, the older ones in pages of their own.
 */
final class OpenRule {
  final long id;

  private StoredState near;
  private long nearDeadline = Long.MAX_VALUE;
  private int nearCount;
  private long nearOccupied;

  /** The pages; null where there are none. */
  Pages pages;

  /** All partial matches, pages included, while an event concerns pages; else null. */
  MatcherState<Event> whole;

  /** Number of partial matches that was last counted, pages included. */
  int counted;

  /** Whether {@link #whole} is no longer what the pages hold. */
  boolean wholeChanged;

  OpenRule(long id, MatcherState<Event> state) {
    this(id, new StoredState(state));
  }

  OpenRule(long id, StoredState near) {
    this.id = id;
    this.near = near;
  }

  /** The partial matches in reach: all of them where there are no pages or they were gathered. */
  MatcherState<Event> state() {
    return whole != null ? whole : near.get();
  }

  StoredState near() {
    return near;
  }

  /** The event time at which the first has something to do; MAX_VALUE when none has. */
  long deadline() {
    return pages == null || whole != null ? nearDeadline : Math.min(nearDeadline, pages.deadline());
  }

  long nearDeadline() {
    return nearDeadline;
  }

  /** Number of partial matches as of the last {@link #changed}. */
  int count() {
    return pages == null || whole != null ? nearCount : nearCount + pages.count();
  }

  int nearCount() {
    return nearCount;
  }

  /** The states that partial matches wait in. */
  long occupied() {
    return pages == null || whole != null ? nearOccupied : nearOccupied | pages.occupied();
  }

  long nearOccupied() {
    return nearOccupied;
  }

  /** Notes what is in reach now. */
  void changed(long deadline, int count, long occupied) {
    nearDeadline = deadline;
    nearCount = count;
    nearOccupied = occupied;
  }

  /** Puts another state in place of what lies with the key. */
  void replaceNear(MatcherState<Event> state) {
    near = new StoredState(state);
  }

  OpenRule copy() {
    OpenRule copy = new OpenRule(id, near.copy());
    copy.nearDeadline = nearDeadline;
    copy.nearCount = nearCount;
    copy.nearOccupied = nearOccupied;
    copy.pages = pages == null ? null : pages.copy();
    copy.counted = counted;
    return copy;
  }
}
