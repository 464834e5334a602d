package io.tidegate.operator;

/**
 * Events of one key that the watermark has not passed, as bytes, in the order of their times and,
 * where times are equal, of arrival.
 *
 * <p>The bytes lie together in the order of arrival. The order of times is a ring of places beside
 * them: events arrive nearly in order, so an insertion looks at the end first and almost always
 * stays there, and what is taken out in front leaves nothing to move.
 */
final class PendingEvents {
  private static final int FIRST_SLOTS = 4;
  private static final int FIRST_BYTES = 128;

  /** What an emptied key may keep; a burst is not kept for ever. */
  private static final int KEPT_BYTES = 1 << 14;

  /** The key; null while this is of no key. */
  RoutedKey key;

  /** Where this lies in {@link PendingKeys}. */
  int slot;

  /** Rings of a power of two; a place is an offset into the bytes, then a length. */
  private long[] times = new long[FIRST_SLOTS];

  private long[] places = new long[FIRST_SLOTS];
  private int head;
  private int size;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int end;
  private int live;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Event time of the first event; {@link Long#MAX_VALUE} where there is none. */
  long first() {
    return size == 0 ? Long.MAX_VALUE : times[head];
  }

  /** Event time of event n, from 0. */
  long time(int n) {
    return times[(head + n) & (times.length - 1)];
  }

  /** Where event n, from 0, begins in {@link #bytes}. */
  int offset(int n) {
    return (int) (places[(head + n) & (places.length - 1)] >>> 32);
  }

  /** Number of bytes of event n, from 0. */
  int length(int n) {
    return (int) places[(head + n) & (places.length - 1)];
  }

  /** The bytes of all events; another array after an addition. */
  byte[] bytes() {
    return bytes;
  }

  /** Adds an event. */
  void add(long time, byte[] event, int from, int length) {
    if (size == times.length) {
      growRing();
    }
    if (bytes.length - end < length) {
      makeRoom(length);
    }
    System.arraycopy(event, from, bytes, end, length);
    long place = (long) end << 32 | length;
    end += length;
    live += length;
    int mask = times.length - 1;
    int at = head + size++;
    while (at > head && times[(at - 1) & mask] > time) {
      times[at & mask] = times[(at - 1) & mask];
      places[at & mask] = places[(at - 1) & mask];
      at--;
    }
    times[at & mask] = time;
    places[at & mask] = place;
  }

  private void growRing() {
    times = unrolled(times);
    places = unrolled(places);
    head = 0;
  }

  private long[] unrolled(long[] ring) {
    long[] wider = new long[2 * size];
    System.arraycopy(ring, head, wider, 0, size - head);
    System.arraycopy(ring, 0, wider, size - head, head);
    return wider;
  }

  /** Moves what is left together, into twice the room that it takes. */
  private void makeRoom(int more) {
    byte[] wider = new byte[Math.max(FIRST_BYTES, 2 * (live + more))];
    int to = 0;
    int mask = places.length - 1;
    for (int n = 0; n < size; n++) {
      int length = length(n);
      System.arraycopy(bytes, offset(n), wider, to, length);
      places[(head + n) & mask] = (long) to << 32 | length;
      to += length;
    }
    bytes = wider;
    end = to;
  }

  /** Removes the first n events. */
  void remove(int n) {
    for (int i = 0; i < n; i++) {
      live -= length(i);
    }
    head = (head + n) & (times.length - 1);
    size -= n;
    if (size == 0) {
      clear();
    }
  }

  private void clear() {
    head = 0;
    end = 0;
    live = 0;
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[FIRST_BYTES];
      times = new long[FIRST_SLOTS];
      places = new long[FIRST_SLOTS];
    }
  }

  /** About how many bytes of memory this takes. */
  int footprint() {
    return bytes.length + 16 * times.length;
  }
}
