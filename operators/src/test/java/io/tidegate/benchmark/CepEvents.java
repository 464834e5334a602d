package io.tidegate.benchmark;

import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import org.apache.flink.connector.datagen.source.GeneratorFunction;

/**
 * Generated events of several types over a number of keys, event time rising by a fixed step: the
 * n-th event is a function of n, so every job of a comparison reads the same events.
 *
 * <p>The plan's one stream has the fields {@code key} (string), {@code type} (long) and {@code ts}.
 */
final class CepEvents implements GeneratorFunction<Long, Event> {
  private static final long serialVersionUID = 1L;
  private static final long START_MS = 1_700_000_000_000L;

  private final EventType type;
  private final int types;
  private final int keyCount;
  private final double stepMs;
  private final int keySlot;
  private final int typeSlot;
  private final int timeSlot;
  private transient String[] keys;

  /**
   * A generator.
   *
   * @param type layout of the events
   * @param types number of event types, all equally frequent
   * @param keyCount number of keys
   * @param keyIntervalMs event time between two events of a key on average, ms
   */
  CepEvents(EventType type, int types, int keyCount, double keyIntervalMs) {
    this.type = type;
    this.types = types;
    this.keyCount = keyCount;
    this.stepMs = keyIntervalMs / keyCount;
    this.keySlot = type.slot(type.indexOf("key"));
    this.typeSlot = type.slot(type.indexOf("type"));
    this.timeSlot = type.slot(type.indexOf("ts"));
  }

  @Override
  public Event map(Long n) {
    if (n == 0) {
      CepJobs.begun();
    }
    if (keys == null) {
      keys = new String[keyCount];
      for (int i = 0; i < keyCount; i++) {
        keys[i] = "key-" + i;
      }
    }
    long bits = mix(n);
    long timestamp = START_MS + (long) (n * stepMs);
    long[] numbers = new long[type.numberCount()];
    numbers[typeSlot] = (bits >>> 32) % types;
    numbers[timeSlot] = timestamp;
    String[] strings = new String[type.stringCount()];
    strings[keySlot] = keys[(int) ((bits & 0xFFFF_FFFFL) % keyCount)];
    return new Event(type, 0, timestamp, 0, 0, n, numbers, strings, null);
  }

  /** Spreads a counter over 64 bits (the finalizer of SplitMix64). */
  static long mix(long n) {
    long z = n + 0x9E37_79B9_7F4A_7C15L;
    z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
    return z ^ z >>> 31;
  }
}
