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

  /** Whose this is. */
  final PendingKeys owner;

  /** The key; null while this is of no key. */
  RoutedKey key;

  /** Where this lies in {@link PendingKeys}. */
  int slot;

  /**
   * A ring of a power of two: for each event its time and its place, which is an offset into the
   * bytes and a length. Side by side, because an arrival is what the memory that it touches costs.
   */
  private long[] ring = new long[2 * FIRST_SLOTS];

  private int head;
  private int size;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int end;
  private int live;

  PendingEvents(PendingKeys owner) {
    this.owner = owner;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Event time of the first event; {@link Long#MAX_VALUE} where there is none. */
  long first() {
    return size == 0 ? Long.MAX_VALUE : time(0);
  }

  /** Where event n, from 0, is in the ring. */
  private int at(int n) {
    return 2 * (head + n) & ring.length - 1;
  }

  /** Event time of event n, from 0. */
  long time(int n) {
    return ring[at(n)];
  }

  /** Where event n, from 0, begins in {@link #bytes}. */
  int offset(int n) {
    return (int) (ring[at(n) + 1] >>> 32);
  }

  /** Number of bytes of event n, from 0. */
  int length(int n) {
    return (int) ring[at(n) + 1];
  }

  /** The bytes of all events; another array after an addition. */
  byte[] bytes() {
    return bytes;
  }

  /** Adds an event; says whether it is the first now. */
  boolean add(long time, byte[] event, int from, int length) {
    if (2 * size == ring.length) {
      growRing();
    }
    if (bytes.length - end < length) {
      makeRoom(length);
    }
    System.arraycopy(event, from, bytes, end, length);
    long place = (long) end << 32 | length;
    end += length;
    live += length;
    int n = size++;
    for (; n > 0 && time(n - 1) > time; n--) {
      set(n, time(n - 1), ring[at(n - 1) + 1]);
    }
    set(n, time, place);
    return n == 0;
  }

  private void set(int n, long time, long place) {
    int at = at(n);
    ring[at] = time;
    ring[at + 1] = place;
  }

  private void growRing() {
    long[] wider = new long[2 * ring.length];
    int begin = at(0);
    System.arraycopy(ring, begin, wider, 0, ring.length - begin);
    System.arraycopy(ring, 0, wider, ring.length - begin, begin);
    ring = wider;
    head = 0;
  }

  /** Moves what is left together, into twice the room that it takes. */
  private void makeRoom(int more) {
    byte[] wider = new byte[Math.max(FIRST_BYTES, 2 * (live + more))];
    int to = 0;
    for (int n = 0; n < size; n++) {
      int length = length(n);
      System.arraycopy(bytes, offset(n), wider, to, length);
      ring[at(n) + 1] = (long) to << 32 | length;
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
    head = head + n & ring.length / 2 - 1;
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
      ring = new long[2 * FIRST_SLOTS];
    }
  }
}
