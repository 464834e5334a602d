package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import java.util.Arrays;

/**
 * Events of one key that the watermark has not passed, in the total order.
 *
 * <p>An array with a moving head: events arrive nearly in order, so an insertion looks at the end
 * first and almost always stays there.
 */
final class PendingEvents {
  private static final Event[] NONE = {};

  private Event[] events = NONE;
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
    return events[head];
  }

  /** Event n of the total order, from 0. */
  Event get(int n) {
    return events[head + n];
  }

  void add(StreamDefinition[] streams, Event event) {
    if (head + size == events.length) {
      makeRoom();
    }
    int at = head + size;
    while (at > head && Identities.compare(streams, events[at - 1], event) > 0) {
      at--;
    }
    System.arraycopy(events, at, events, at + 1, head + size - at);
    events[at] = event;
    size++;
  }

  private void makeRoom() {
    if (head > size) {
      System.arraycopy(events, head, events, 0, size);
      Arrays.fill(events, head, head + size, null);
    } else {
      events = Arrays.copyOfRange(events, head, head + Math.max(4, 2 * size));
      Arrays.fill(events, size, events.length, null);
    }
    head = 0;
  }

  /** Removes the first event and returns it. */
  Event poll() {
    Event event = events[head];
    events[head] = null;
    head++;
    size--;
    if (size == 0) {
      head = 0;
    }
    return event;
  }

  PendingEvents copy() {
    PendingEvents copy = new PendingEvents();
    copy.events = Arrays.copyOfRange(events, head, head + size);
    copy.size = size;
    return copy;
  }

  /** Takes over events that are in order already; for restoring. */
  void restore(Event[] ordered) {
    events = ordered;
    head = 0;
    size = ordered.length;
  }
}
