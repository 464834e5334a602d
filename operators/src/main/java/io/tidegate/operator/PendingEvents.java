package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;

/**
 * Events of one key that the watermark has not passed, in the total order.
 *
 * <p>A ring: events arrive nearly in order, so an insertion looks at the end first and almost
 * always stays there, and what is taken out in front leaves nothing to move.
 */
final class PendingEvents {
  private static final Event[] NONE = {};
  private static final int FIRST_SIZE = 4;

  /** Beyond this many slots an emptied ring is given back: a burst is not kept for ever. */
  private static final int KEPT_SIZE = 1024;

  /** Length is 0 or a power of two. */
  private Event[] ring = NONE;

  private int head;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The first event in the total order; there must be one. */
  Event first() {
    return ring[head];
  }

  /** Event n of the total order, from 0. */
  Event get(int n) {
    return ring[(head + n) & (ring.length - 1)];
  }

  void add(StreamDefinition[] streams, Event event) {
    if (size == ring.length) {
      ring = ordered(Math.max(FIRST_SIZE, 2 * size));
      head = 0;
    }
    int mask = ring.length - 1;
    int at = head + size;
    while (at > head && Identities.compare(streams, ring[(at - 1) & mask], event) > 0) {
      ring[at & mask] = ring[(at - 1) & mask];
      at--;
    }
    ring[at & mask] = event;
    size++;
  }

  private Event[] ordered(int slots) {
    Event[] events = new Event[slots];
    int untilEnd = Math.min(size, ring.length - head);
    System.arraycopy(ring, head, events, 0, untilEnd);
    System.arraycopy(ring, 0, events, untilEnd, size - untilEnd);
    return events;
  }

  /** Removes the first event and returns it. */
  Event poll() {
    Event event = ring[head];
    ring[head] = null;
    head = (head + 1) & (ring.length - 1);
    size--;
    if (size == 0 && ring.length > KEPT_SIZE) {
      ring = NONE;
      head = 0;
    }
    return event;
  }

  PendingEvents copy() {
    PendingEvents copy = new PendingEvents();
    copy.ring = ordered(ring.length);
    copy.size = size;
    return copy;
  }

  /** Takes over events that are in order already; for restoring. */
  void restore(Event[] events) {
    ring = NONE;
    if (events.length > 0) {
      ring = new Event[Integer.highestOneBit(2 * events.length - 1)];
    }
    System.arraycopy(events, 0, ring, 0, events.length);
    head = 0;
    size = events.length;
  }
}
