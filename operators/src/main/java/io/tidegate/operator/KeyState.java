package io.tidegate.operator;

import io.tidegate.window.WindowBuffer;

/** Everything that is kept for one key: one object, read and written as a whole. */
final class KeyState {
  static final long NO_TIMER = Long.MAX_VALUE;

  /** Events that the watermark has not passed. */
  PendingEvents pending = new PendingEvents();

  /** Rules with something open. */
  OpenRules open = new OpenRules();

  /** The key's last samples; null before the first. */
  WindowBuffer window;

  /** Identities within the deduplication horizon; null when no stream asks for it. */
  SeenIdentities seen;

  /** The event time of the key's next timer; {@link #NO_TIMER} when none is set. */
  long timer = NO_TIMER;

  /**
   * A later timer that is set too, {@link #NO_TIMER} when there is none. A deadline far ahead stays
   * set while the timers of events come and go before it: taking it out and putting it back with
   * every event was a tenth of this operator's time.
   */
  long laterTimer = NO_TIMER;

  /** Whether nothing is left to keep. */
  boolean isEmpty() {
    return pending.isEmpty()
        && open.size() == 0
        && window == null
        && (seen == null || seen.isEmpty());
  }

  /** The event time at which there is something to do; {@link #NO_TIMER} when there is nothing. */
  long nextTimer() {
    long next = open.earliestDeadline();
    if (!pending.isEmpty()) {
      next = Math.min(next, pending.first().timestamp);
    }
    // A key with nothing else ahead comes back once, to be freed.
    if (next == NO_TIMER && seen != null && !seen.isEmpty()) {
      next = seen.emptyAt();
    }
    return next;
  }

  /** A copy that shares only events. */
  KeyState copy() {
    KeyState copy = new KeyState();
    copy.pending = pending.copy();
    copy.open = open.copy();
    copy.window = window == null ? null : window.copy();
    copy.seen = seen == null ? null : seen.copy();
    copy.timer = timer;
    copy.laterTimer = laterTimer;
    return copy;
  }
}
