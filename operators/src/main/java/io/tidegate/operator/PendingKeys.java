package io.tidegate.operator;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The keys that have events waiting for the watermark. They wait in memory, outside the keyed
 * state: an event on arrival costs no state access and sets no timer, and a watermark costs one
 * state access for each key that it concerns.
 *
 * <p>The times at which keys are due lie in one array, so that a watermark that passes nothing of a
 * million keys costs a millisecond.
 */
final class PendingKeys {
  private static final int FIRST_SIZE = 64;
  private static final int KEPT_SPARE = 1024;

  /** Handles the events of one key; removes some from it, all where it wants to be rid of it. */
  interface Handler {
    void handle(PendingEvents events) throws Exception;
  }

  private final Map<RoutedKey, PendingEvents> byKey = new HashMap<>();
  private final ArrayDeque<PendingEvents> spare = new ArrayDeque<>();
  private PendingEvents[] keys = new PendingEvents[FIRST_SIZE];
  private long[] due = new long[FIRST_SIZE];
  private int size;

  /** Number of keys with events. */
  int size() {
    return size;
  }

  /** The events of a key; null where it has none. */
  PendingEvents of(RoutedKey key) {
    return byKey.get(key);
  }

  /** The events of a key, by a number from 0 that changes as keys come and go. */
  PendingEvents at(int slot) {
    return keys[slot];
  }

  /** Adds an event of a key. */
  void add(RoutedKey key, long time, byte[] event, int from, int length) {
    // A key that comes from the network is mostly an object that did before, see KeyCodec.
    PendingEvents noted = key.pending;
    PendingEvents events = noted != null && noted.owner == this ? noted : find(key);
    if (events.add(time, event, from, length)) {
      due[events.slot] = time;
    }
  }

  private PendingEvents find(RoutedKey key) {
    PendingEvents events = byKey.get(key);
    if (events == null) {
      events = insert();
      byKey.put(key, events);
    } else {
      events.key.pending = null;
    }
    events.key = key;
    key.pending = events;
    return events;
  }

  private PendingEvents insert() {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
      due = Arrays.copyOf(due, 2 * size);
    }
    PendingEvents events = spare.isEmpty() ? new PendingEvents(this) : spare.pop();
    events.slot = size;
    keys[size++] = events;
    return events;
  }

  /** Hands over every key that has an event up to a time. */
  void handleDue(long time, Handler handler) throws Exception {
    for (int slot = 0; slot < size; ) {
      if (due[slot] > time) {
        slot++;
        continue;
      }
      PendingEvents events = keys[slot];
      handler.handle(events);
      // A key that is done leaves its place to the last one, which has yet to be looked at.
      slot += settle(events) ? 1 : 0;
    }
  }

  /**
   * Notes what is left of a key after some of its events were removed.
   *
   * @return whether anything is left
   */
  boolean settle(PendingEvents events) {
    if (!events.isEmpty()) {
      due[events.slot] = events.first();
      return true;
    }
    byKey.remove(events.key);
    events.key.pending = null;
    events.key = null;
    size--;
    PendingEvents last = keys[size];
    keys[size] = null;
    if (last != events) {
      last.slot = events.slot;
      keys[events.slot] = last;
      due[events.slot] = due[size];
    }
    if (spare.size() < KEPT_SPARE) {
      spare.push(events);
    }
    return false;
  }
}
