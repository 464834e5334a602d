package io.tidegate.event;

import io.tidegate.bytes.Varint;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Binary form of events; what travels between operators and lies in state.
 *
 * <p>Variable-length integers; nulls cost a bitmap only where there are any; timestamps are written
 * as distances from the event time, so the event time field itself takes one byte. Strings keep
 * every char: one byte each when all are Latin-1, else two. The layout of the slots is not in the
 * bytes: whoever stores events stores {@link EventTypes} beside them.
 *
 * <p>Not thread-safe: a codec owns its buffers.
 */
public final class EventCodec {
  private static final int HEADER_BYTES = 50;
  private static final int VARINT_BYTES = 10;

  private final EventType[] types;
  private final FieldType[][] fieldTypes;
  private final EventAdapter adapter;
  private byte[] buffer = new byte[256];

  /**
   * A codec of the events of some streams.
   *
   * @param types layout by stream index
   */
  public EventCodec(EventType[] types) {
    this.types = types.clone();
    this.adapter = new EventAdapter(types);
    this.fieldTypes = new FieldType[types.length][];
    for (int i = 0; i < types.length; i++) {
      fieldTypes[i] = types[i].fields().stream().map(Field::type).toArray(FieldType[]::new);
    }
  }

  /** Writes an event; one of an earlier layout is written in the present one. */
  public void write(Event original, DataOutput out) throws IOException {
    Event event = adapter.adapt(original);
    // One write of a filled buffer: a call per byte on a DataOutput costs three times as much.
    int end = encode(event, fieldTypes[event.stream]);
    out.write(buffer, 0, end);
  }

  /** The bytes that {@link #write} writes; {@link EventBytes} reads them where they lie. */
  public byte[] bytes(Event original) {
    Event event = adapter.adapt(original);
    int end = encode(event, fieldTypes[event.stream]);
    return Arrays.copyOf(buffer, end);
  }

  private int encode(Event event, FieldType[] fields) {
    reserve(0, HEADER_BYTES + VARINT_BYTES * (fields.length + event.type.nullWords()));
    int at = varint(0, (long) event.stream << 1 | (event.nulls == null ? 0 : 1));
    at = varint(at, Varint.zigzag(event.timestamp));
    at = varint(at, event.topic);
    at = varint(at, event.partition);
    at = varint(at, event.offset);
    if (event.nulls != null) {
      for (long word : event.nulls) {
        at = varint(at, word);
      }
    }
    int number = 0;
    int string = 0;
    for (int i = 0; i < fields.length; i++) {
      boolean present = event.nulls == null || !event.isNull(i);
      if (fields[i] == FieldType.STRING) {
        at = present ? string(at, event.strings[string], fields.length - i) : at;
        string++;
        continue;
      }
      long value = event.numbers[number++];
      if (present) {
        at = number(at, fields[i], value, event.timestamp);
      }
    }
    return at;
  }

  private int number(int at, FieldType type, long value, long eventTime) {
    return switch (type) {
      case DOUBLE -> fixed(at, value);
      case TIMESTAMP -> varint(at, Varint.zigzag(value - eventTime));
      default -> varint(at, Varint.zigzag(value));
    };
  }

  private void reserve(int at, int more) {
    if (buffer.length - at < more) {
      buffer = Arrays.copyOf(buffer, Math.max(at + more, 2 * buffer.length));
    }
  }

  private int varint(int at, long value) {
    byte[] bytes = buffer;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    return at;
  }

  private int fixed(int at, long value) {
    byte[] bytes = buffer;
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[at++] = (byte) (value >>> shift);
    }
    return at;
  }

  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) is exact for Latin-1, and fast.
  private int string(int start, String text, int fieldsLeft) {
    int length = text.length();
    reserve(start, 2 * length + VARINT_BYTES * (fieldsLeft + 1));
    int seen = 0;
    for (int i = 0; i < length; i++) {
      seen |= text.charAt(i);
    }
    boolean wide = seen > 0xFF;
    int at = varint(start, (long) length << 1 | (wide ? 1 : 0));
    if (!wide) {
      text.getBytes(0, length, buffer, at);
      return at + length;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      buffer[at++] = (byte) (c >>> 8);
      buffer[at++] = (byte) c;
    }
    return at;
  }

  /**
   * Reads an event.
   *
   * @throws IOException when the bytes end too early or are no event of these streams
   */
  public Event read(DataInput in) throws IOException {
    long head = Varint.read(in);
    long stream = head >>> 1;
    if (stream >= types.length) {
      throw new IOException("an event of stream " + stream + " of " + types.length);
    }
    EventType type = types[(int) stream];
    long timestamp = Varint.unzigzag(Varint.read(in));
    int topic = (int) Varint.read(in);
    int partition = (int) Varint.read(in);
    long offset = Varint.read(in);
    long[] nulls = null;
    if ((head & 1) != 0) {
      nulls = new long[type.nullWords()];
      for (int i = 0; i < nulls.length; i++) {
        nulls[i] = Varint.read(in);
      }
    }
    long[] numbers = new long[type.numberCount()];
    String[] strings = new String[type.stringCount()];
    Event event =
        new Event(type, (int) stream, timestamp, topic, partition, offset, numbers, strings, nulls);
    readFields(event, fieldTypes[(int) stream], in);
    return event;
  }

  private void readFields(Event event, FieldType[] fields, DataInput in) throws IOException {
    int number = 0;
    int string = 0;
    for (int i = 0; i < fields.length; i++) {
      boolean present = event.nulls == null || !event.isNull(i);
      switch (fields[i]) {
        case STRING -> {
          if (present) {
            event.strings[string] = readString(in);
          }
          string++;
        }
        case DOUBLE -> event.numbers[number++] = present ? in.readLong() : 0;
        case TIMESTAMP ->
            event.numbers[number++] =
                present ? event.timestamp + Varint.unzigzag(Varint.read(in)) : 0;
        default -> event.numbers[number++] = present ? Varint.unzigzag(Varint.read(in)) : 0;
      }
    }
  }

  @SuppressWarnings("deprecation") // String(byte[], int, int, int) is exact for Latin-1, and fast.
  private String readString(DataInput in) throws IOException {
    long head = Varint.read(in);
    if (head < 0 || head >>> 1 > Integer.MAX_VALUE / 2 - 8) {
      throw new IOException("a string of " + (head >>> 1) + " chars");
    }
    boolean wide = (head & 1) != 0;
    int length = (int) (head >>> 1);
    int bytes = wide ? 2 * length : length;
    reserve(0, bytes);
    in.readFully(buffer, 0, bytes);
    if (!wide) {
      return new String(buffer, 0, 0, length);
    }
    char[] chars = new char[length];
    for (int i = 0; i < length; i++) {
      chars[i] = (char) ((buffer[2 * i] & 0xFF) << 8 | buffer[2 * i + 1] & 0xFF);
    }
    return new String(chars);
  }
}
