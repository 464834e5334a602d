package io.tidegate.operator;

import static io.tidegate.operator.KeyState.NO_TIMER;

import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/**
 * The event-time timers of keys: the next, and at most one further ahead, which stays set while
 * nearer ones come and go before it. A deadline that vanishes leaves its timer: when it fires it is
 * set anew.
 *
 * <p>Of the key that is current in the backend.
 */
final class KeyTimers {
  private final InternalTimerService<VoidNamespace> service;

  KeyTimers(InternalTimerService<VoidNamespace> service) {
    this.service = service;
  }

  /** Notes that the key's timer has fired, and the later one where its time has passed too. */
  void fired(KeyState state, long passed) {
    state.timer = NO_TIMER;
    if (state.laterTimer > passed) {
      state.timer = state.laterTimer;
    }
    state.laterTimer = NO_TIMER;
    state.changed = true;
  }

  /**
   * Sets a timer where the key has something to do before those that it has.
   *
   * @param next the event time at which it has, see {@link KeyState#nextTimer}
   */
  void set(KeyState state, long next) {
    if (next >= state.timer) {
      return;
    }
    if (state.laterTimer == NO_TIMER) {
      state.laterTimer = state.timer;
    } else {
      delete(state.timer);
    }
    service.registerEventTimeTimer(VoidNamespace.INSTANCE, next);
    state.timer = next;
    state.changed = true;
  }

  /** Deletes all timers of the key. */
  void clear(KeyState state) {
    delete(state.timer);
    delete(state.laterTimer);
    state.timer = NO_TIMER;
    state.laterTimer = NO_TIMER;
  }

  private void delete(long time) {
    if (time != NO_TIMER) {
      service.deleteEventTimeTimer(VoidNamespace.INSTANCE, time);
    }
  }
}
