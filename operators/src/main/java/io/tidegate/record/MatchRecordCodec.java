package io.tidegate.record;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Binary form of {@link MatchRecord}, big endian, with a format version in front.
 *
 * <p>It is what travels between operators and, without the window's values, through the scorer as
 * opaque context.
 */
public final class MatchRecordCodec {
  private static final int FORMAT = 1;
  private static final int NULL = 0;
  private static final int DOUBLE = 1;
  private static final int LONG = 2;
  private static final int STRING = 3;
  private static final int FALSE = 4;
  private static final int TRUE = 5;
  private static final WindowStatus[] STATUSES = WindowStatus.values();

  private MatchRecordCodec() {}

  /** Writes a record, its window's values included. */
  public static void write(MatchRecord record, DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    writeRule(record.rule(), out);
    writeString(record.key(), out);
    writeString(record.matchId(), out);
    out.writeLong(record.startTimestamp());
    out.writeLong(record.endTimestamp());
    out.writeLong(record.timedOutAt());
    out.writeLong(record.detectedAt());
    out.writeInt(record.measures().size());
    for (Map.Entry<String, Object> measure : record.measures().entrySet()) {
      writeString(measure.getKey(), out);
      writeValue(measure.getKey(), measure.getValue(), out);
    }
    writeString(record.summary(), out);
    out.writeInt(record.events().size());
    for (MatchedEvent event : record.events()) {
      writeEvent(event, out);
    }
    writeWindow(record.window(), out);
  }

  /**
   * Reads a record.
   *
   * @throws IOException when the bytes are of another format or end too early
   */
  public static MatchRecord read(DataInput in) throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException(
          "match record has format " + format + ", this version reads format " + FORMAT);
    }
    RuleReference rule = readRule(in);
    String key = readString(in);
    String matchId = readString(in);
    long start = in.readLong();
    long end = in.readLong();
    long timedOutAt = in.readLong();
    long detectedAt = in.readLong();
    int measureCount = in.readInt();
    Map<String, Object> measures = new LinkedHashMap<>();
    for (int i = 0; i < measureCount; i++) {
      measures.put(readString(in), readValue(in));
    }
    String summary = readString(in);
    int eventCount = in.readInt();
    List<MatchedEvent> events = new ArrayList<>();
    for (int i = 0; i < eventCount; i++) {
      events.add(readEvent(in));
    }
    return new MatchRecord(
        rule,
        key,
        matchId,
        start,
        end,
        timedOutAt,
        detectedAt,
        measures,
        summary,
        events,
        readWindow(in));
  }

  private static void writeRule(RuleReference rule, DataOutput out) throws IOException {
    writeString(rule.id(), out);
    out.writeInt(rule.version());
    writeString(rule.fingerprint(), out);
    writeString(rule.severity(), out);
    out.writeBoolean(rule.shadow());
  }

  private static RuleReference readRule(DataInput in) throws IOException {
    return new RuleReference(
        readString(in), in.readInt(), readString(in), readString(in), in.readBoolean());
  }

  private static void writeEvent(MatchedEvent event, DataOutput out) throws IOException {
    writeString(event.stage(), out);
    writeString(event.stream(), out);
    out.writeLong(event.timestamp());
    writePosition(event.position(), out);
    writeString(event.identity(), out);
  }

  private static MatchedEvent readEvent(DataInput in) throws IOException {
    return new MatchedEvent(
        readString(in), readString(in), in.readLong(), readPosition(in), readString(in));
  }

  private static void writeWindow(WindowCut window, DataOutput out) throws IOException {
    out.writeByte(window.status().ordinal());
    float[] values = window.values();
    out.writeInt(values == null ? -1 : values.length);
    if (values != null) {
      for (float value : values) {
        out.writeInt(Float.floatToRawIntBits(value));
      }
    }
    out.writeBoolean(window.first() != null);
    if (window.first() != null) {
      out.writeLong(window.startTimestamp());
      out.writeLong(window.endTimestamp());
      writePosition(window.first(), out);
      writePosition(window.last(), out);
    }
  }

  private static WindowCut readWindow(DataInput in) throws IOException {
    int ordinal = in.readUnsignedByte();
    if (ordinal >= STATUSES.length) {
      throw new IOException("match record has an unknown window status " + ordinal);
    }
    int length = in.readInt();
    float[] values = length < 0 ? null : new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = Float.intBitsToFloat(in.readInt());
    }
    if (!in.readBoolean()) {
      return new WindowCut(STATUSES[ordinal], values, 0, 0, null, null);
    }
    return new WindowCut(
        STATUSES[ordinal],
        values,
        in.readLong(),
        in.readLong(),
        readPosition(in),
        readPosition(in));
  }

  private static void writePosition(Position position, DataOutput out) throws IOException {
    writeString(position.topic(), out);
    out.writeInt(position.partition());
    out.writeLong(position.offset());
  }

  private static Position readPosition(DataInput in) throws IOException {
    return new Position(readString(in), in.readInt(), in.readLong());
  }

  private static void writeValue(String name, Object value, DataOutput out) throws IOException {
    if (value == null) {
      out.writeByte(NULL);
    } else if (value instanceof Double d) {
      out.writeByte(DOUBLE);
      out.writeDouble(d);
    } else if (value instanceof Long l) {
      out.writeByte(LONG);
      out.writeLong(l);
    } else if (value instanceof String s) {
      out.writeByte(STRING);
      writeString(s, out);
    } else if (value instanceof Boolean b) {
      out.writeByte(b ? TRUE : FALSE);
    } else {
      throw new IOException(
          "measure "
              + name
              + " is a "
              + value.getClass().getName()
              + ", expected Double, Long, String, Boolean or null");
    }
  }

  private static Object readValue(DataInput in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case NULL -> null;
      case DOUBLE -> in.readDouble();
      case LONG -> in.readLong();
      case STRING -> readString(in);
      case FALSE -> Boolean.FALSE;
      case TRUE -> Boolean.TRUE;
      default -> throw new IOException("match record has a measure of unknown kind " + kind);
    };
  }

  // writeUTF stops at 64 KiB, and a summary may be longer.
  static void writeString(String text, DataOutput out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String readString(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("match record has a text of length " + length);
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
