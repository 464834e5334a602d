package io.tidegate.operator;

import io.tidegate.derive.DerivedState;
import io.tidegate.event.Event;
import io.tidegate.window.WindowBuffer;
import io.tidegate.window.WindowDefinition;

/** What is kept for one key: one object, read and written as a whole. */
final class KeyState {
  static final long NO_TIMER = Long.MAX_VALUE;

  /** What {@link #lastEvent} is before the first. */
  static final long NEVER = Long.MIN_VALUE;

  private static final Event[] NONE = {};

  /** Rules with something open. */
  OpenRules open = new OpenRules();

  /** The key's last samples; null before the first. */
  WindowBuffer window;

  /** Identities within the deduplication horizon; null when no stream asks for it. */
  SeenIdentities seen;

  /** When rules with a cool-down last reported a match; null before the first. */
  CoolDowns coolDowns;

  /** What derived fields look back at; null before the first event that they concern. */
  DerivedState derived;

  /**
   * Event time of the key's last event that the window or a derived field looked at; {@link #NEVER}
   * before the first, and in what formats 1 and 2 kept until the next.
   */
  long lastEvent = NEVER;

  /** The event time of the key's next timer; {@link #NO_TIMER} when none is set. */
  long timer = NO_TIMER;

  /**
   * A later timer that is set too, {@link #NO_TIMER} when there is none: a deadline far ahead stays
   * set while nearer ones come and go before it.
   */
  long laterTimer = NO_TIMER;

  /**
   * Events that wait for the watermark and were kept with their key, as format 1 did; a timer is
   * set for the first. Whoever reads the state takes them over.
   */
  Event[] waiting = NONE;

  /** The rules that this was last fitted to, see {@link RestoredKeys}; not kept. */
  RuleIndex fittedTo;

  /** Whether it is no longer what was read, so that it has to be written; not kept. */
  boolean changed;

  /** Takes over the events that were kept with the key. */
  Event[] takeWaiting() {
    Event[] taken = waiting;
    waiting = NONE;
    changed |= taken.length > 0;
    return taken;
  }

  /** The key's last samples under a definition, which may have changed since they were taken. */
  WindowBuffer windowOf(WindowDefinition definition) {
    window = window == null ? new WindowBuffer(definition) : window.fitted(definition);
    return window;
  }

  /** Whether nothing is left to keep. */
  boolean isEmpty() {
    return open.size() == 0
        && window == null
        && waiting.length == 0
        && (seen == null || seen.isEmpty())
        && (coolDowns == null || coolDowns.isEmpty())
        && (derived == null || derived.isEmpty());
  }

  /**
   * The event time at which the window and what derived fields look back at are freed, because the
   * key has been silent for the limit; {@link #NO_TIMER} when they stay, or there is nothing.
   *
   * @param limitMs the limit, ms; 0 for none
   */
  long idleAt(long limitMs) {
    if (limitMs == 0
        || lastEvent == NEVER
        || (window == null && (derived == null || derived.isEmpty()))) {
      return NO_TIMER;
    }
    long at = lastEvent + limitMs;
    return at < lastEvent ? NO_TIMER : at;
  }

  /** Frees the window and what derived fields look back at. */
  void freeHistory() {
    window = null;
    dropDerived();
    changed = true;
  }

  /** Frees what derived fields look back at. */
  void dropDerived() {
    if (derived != null) {
      derived.clear();
      derived = null;
      changed = true;
    }
  }

  /**
   * The event time at which there is something to do; {@link #NO_TIMER} when there is nothing.
   *
   * @param idleMs how long a silent key keeps its history, ms; 0 for ever
   */
  long nextTimer(long idleMs) {
    long next = open.earliestDeadline();
    // A key with nothing else ahead comes back once, to be freed.
    return Math.min(next == NO_TIMER ? expiry() : next, idleAt(idleMs));
  }

  /** The event time at which what is only kept for a while is all gone. */
  private long expiry() {
    long expiry = Long.MIN_VALUE;
    if (seen != null && !seen.isEmpty()) {
      expiry = seen.emptyAt();
    }
    if (coolDowns != null && !coolDowns.isEmpty()) {
      expiry = Math.max(expiry, coolDowns.emptyAt());
    }
    if (derived != null) {
      expiry = Math.max(expiry, derived.emptyAt());
    }
    return expiry == Long.MIN_VALUE ? NO_TIMER : expiry;
  }

  /** Forgets what is only kept for a while and can play no part from this event time on. */
  void forget(long timestamp) {
    if (seen != null) {
      seen.forget(timestamp);
    }
    if (coolDowns != null) {
      coolDowns.forget(timestamp);
    }
    if (derived != null) {
      changed |= derived.forget(timestamp);
    }
  }

  /** A copy that shares only events. */
  KeyState copy() {
    KeyState copy = new KeyState();
    copy.open = open.copy();
    copy.window = window == null ? null : window.copy();
    copy.seen = seen == null ? null : seen.copy();
    copy.coolDowns = coolDowns == null ? null : coolDowns.copy();
    copy.derived = derived == null ? null : derived.copy();
    copy.lastEvent = lastEvent;
    copy.timer = timer;
    copy.laterTimer = laterTimer;
    copy.waiting = waiting;
    copy.fittedTo = fittedTo;
    return copy;
  }
}
