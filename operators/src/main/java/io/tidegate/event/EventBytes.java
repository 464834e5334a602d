package io.tidegate.event;

import io.tidegate.bytes.Varint;

/**
 * Reads events from the bytes that {@link EventCodec} wrote, where they lie in an array.
 *
 * <p>The same form as {@link EventCodec#read} reads, without a call for each byte: an event waits
 * for the watermark as bytes and becomes an object only when it is handled, so that it dies young
 * and is read from memory that lies together. Holding a fifth of a second of events as objects took
 * half of the pattern operator's time. Not thread-safe.
 */
public final class EventBytes {
  private final EventType[] types;
  private final FieldType[][] fieldTypes;
  private byte[] bytes;
  private int at;

  /**
   * A reader of the events of some streams.
   *
   * @param types layout by stream index
   */
  public EventBytes(EventType[] types) {
    this.types = types.clone();
    this.fieldTypes = new FieldType[types.length][];
    for (int i = 0; i < types.length; i++) {
      fieldTypes[i] = types[i].fields().stream().map(Field::type).toArray(FieldType[]::new);
    }
  }

  /** The event time of an event that begins at a place in an array, epoch ms. */
  public static long timestamp(byte[] bytes, int start) {
    int at = start;
    while (bytes[at++] < 0) {
      // The stream and whether there are nulls.
    }
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return Varint.unzigzag(value);
      }
    }
  }

  /** The event that begins at a place in an array. */
  public Event read(byte[] from, int start) {
    bytes = from;
    at = start;
    long head = varint();
    int stream = (int) (head >>> 1);
    EventType type = types[stream];
    long timestamp = Varint.unzigzag(varint());
    int topic = (int) varint();
    int partition = (int) varint();
    long offset = varint();
    long[] nulls = null;
    if ((head & 1) != 0) {
      nulls = new long[type.nullWords()];
      for (int i = 0; i < nulls.length; i++) {
        nulls[i] = varint();
      }
    }
    long[] numbers = new long[type.numberCount()];
    String[] strings = new String[type.stringCount()];
    Event event =
        new Event(type, stream, timestamp, topic, partition, offset, numbers, strings, nulls);
    readFields(event, fieldTypes[stream]);
    bytes = null;
    return event;
  }

  private void readFields(Event event, FieldType[] fields) {
    long[] numbers = event.numbers;
    int number = 0;
    int string = 0;
    for (int i = 0; i < fields.length; i++) {
      boolean present = event.nulls == null || !event.isNull(i);
      switch (fields[i]) {
        case STRING -> {
          if (present) {
            event.strings[string] = string();
          }
          string++;
        }
        case DOUBLE -> numbers[number++] = present ? fixed() : 0;
        case TIMESTAMP ->
            numbers[number++] = present ? event.timestamp + Varint.unzigzag(varint()) : 0;
        default -> numbers[number++] = present ? Varint.unzigzag(varint()) : 0;
      }
    }
  }

  private long varint() {
    byte[] from = bytes;
    int next = at;
    long value = from[next++];
    if (value < 0) {
      value &= 0x7F;
      for (int shift = 7; ; shift += 7) {
        byte more = from[next++];
        value |= (more & 0x7FL) << shift;
        if (more >= 0) {
          break;
        }
      }
    }
    at = next;
    return value;
  }

  private long fixed() {
    byte[] from = bytes;
    int next = at;
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | from[next++] & 0xFF;
    }
    at = next;
    return value;
  }

  @SuppressWarnings("deprecation") // String(byte[], int, int, int) is exact for Latin-1, and fast.
  private String string() {
    long head = varint();
    int length = (int) (head >>> 1);
    if ((head & 1) == 0) {
      String text = new String(bytes, 0, at, length);
      at += length;
      return text;
    }
    char[] chars = new char[length];
    for (int i = 0; i < length; i++, at += 2) {
      chars[i] = (char) ((bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF);
    }
    return new String(chars);
  }
}
