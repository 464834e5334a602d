package io.tidegate.decode;

import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.Event;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.time.Instant;
import java.util.Arrays;

/**
 * Takes the fields of one event after the other from a decoder and checks what a stream demands of
 * every event: no null where none may be, a key, an event time within bounds.
 *
 * <p>Only the arrays that become part of the event are made anew for each.
 */
public final class EventAssembler {
  private final StreamDefinition stream;
  private final EventType type;
  private final int[] keyFields;
  private final int timeField;
  private final int timeSlot;
  private final FieldType timeType;
  private final EventTimeUnit timeUnit;
  private final long maxFutureMs;
  private final long[] required;
  private final long[] all;
  private final long[] present;
  private long[] numbers;
  private String[] strings;

  /** An assembler of the events of a stream. */
  public EventAssembler(StreamDefinition stream) {
    this.stream = stream;
    this.type = stream.type();
    this.keyFields = stream.keyFields();
    this.timeField = stream.eventTimeField();
    this.timeSlot = type.slot(timeField);
    this.timeType = type.field(timeField).type();
    this.timeUnit = stream.eventTimeUnit();
    this.maxFutureMs = stream.maxFutureMs();
    this.required = new long[type.nullWords()];
    this.all = new long[type.nullWords()];
    this.present = new long[type.nullWords()];
    for (int i = 0; i < type.size(); i++) {
      all[i >>> 6] |= 1L << i;
      required[i >>> 6] |= type.field(i).nullable() ? 0 : 1L << i;
    }
    for (int i : keyFields) {
      required[i >>> 6] |= 1L << i;
    }
    required[timeField >>> 6] |= 1L << timeField;
  }

  /** The stream whose events these are. */
  public StreamDefinition stream() {
    return stream;
  }

  /** Begins the next event: no field has a value. */
  public void begin() {
    numbers = new long[type.numberCount()];
    strings = new String[type.stringCount()];
    Arrays.fill(present, 0);
  }

  /** Sets a field that lives in {@link Event#numbers} to its raw value. */
  public void setNumber(int field, int slot, long value) {
    numbers[slot] = value;
    present[field >>> 6] |= 1L << field;
  }

  /** Sets a double field. */
  public void setDouble(int field, int slot, double value) {
    setNumber(field, slot, Double.doubleToRawLongBits(value));
  }

  /** Sets a string field. */
  public void setString(int field, int slot, String value) {
    strings[slot] = value;
    present[field >>> 6] |= 1L << field;
  }

  /** Makes a field null again. */
  public void setNull(int field) {
    present[field >>> 6] &= ~(1L << field);
    int slot = type.slot(field);
    if (type.field(field).type() == FieldType.STRING) {
      strings[slot] = null;
    } else {
      numbers[slot] = 0;
    }
  }

  /**
   * The event.
   *
   * @param topic index of the topic
   * @param partition partition that the record came from
   * @param offset offset of the record
   * @param now the time that "in the future" is judged against, epoch milliseconds
   * @throws DecodeException when the stream demands more of an event
   */
  public Event event(int topic, int partition, long offset, long now) throws DecodeException {
    long[] nulls = null;
    for (int word = 0; word < present.length; word++) {
      long missing = all[word] & ~present[word];
      if ((missing & required[word]) != 0) {
        throw missing();
      }
      if (missing != 0) {
        nulls = nulls == null ? new long[present.length] : nulls;
        nulls[word] = missing;
      }
    }
    for (int field : keyFields) {
      requireKey(field);
    }
    long time = time();
    if (maxFutureMs > 0 && time - now > maxFutureMs) {
      throw new DecodeException(
          DeadLetterReason.TIMESTAMP_IN_FUTURE,
          "event time "
              + Instant.ofEpochMilli(time)
              + " is "
              + (time - now)
              + " ms ahead of the record's time "
              + Instant.ofEpochMilli(now)
              + "; at most "
              + maxFutureMs
              + " ms are allowed");
    }
    return new Event(type, stream.index(), time, topic, partition, offset, numbers, strings, nulls);
  }

  private DecodeException missing() {
    if (absent(timeField)) {
      return new DecodeException(
          DeadLetterReason.MISSING_TIMESTAMP, describe(timeField) + " (event time) is missing");
    }
    for (int field : keyFields) {
      if (absent(field)) {
        return new DecodeException(
            DeadLetterReason.MISSING_KEY, describe(field) + " (key) is missing");
      }
    }
    for (int field = 0; field < type.size(); field++) {
      if (absent(field) && !type.field(field).nullable()) {
        return new DecodeException(
            DeadLetterReason.MISSING_FIELD, describe(field) + " is missing and not nullable");
      }
    }
    throw new IllegalStateException("no required field is missing");
  }

  private boolean absent(int field) {
    return (present[field >>> 6] & 1L << field) == 0;
  }

  private String describe(int field) {
    Field described = type.field(field);
    return "field '" + described.name() + "' of type " + described.type().text();
  }

  private void requireKey(int field) throws DecodeException {
    FieldType keyType = type.field(field).type();
    int slot = type.slot(field);
    if (keyType == FieldType.STRING) {
      if (strings[slot].isEmpty()) {
        throw new DecodeException(
            DeadLetterReason.EMPTY_KEY, describe(field) + " (key) is an empty string");
      }
    } else if (keyType == FieldType.DOUBLE
        && Double.isNaN(Double.longBitsToDouble(numbers[slot]))) {
      throw new DecodeException(DeadLetterReason.INVALID_KEY, describe(field) + " (key) is NaN");
    }
  }

  private long time() throws DecodeException {
    try {
      return switch (timeType) {
        case TIMESTAMP -> EventTimes.checked(numbers[timeSlot]);
        case LONG -> EventTimes.of(numbers[timeSlot], timeUnit);
        case DOUBLE -> EventTimes.of(Double.longBitsToDouble(numbers[timeSlot]), timeUnit);
        case STRING -> EventTimes.of(strings[timeSlot], timeUnit);
        case BOOLEAN -> throw new IllegalStateException("a stream's event time is never boolean");
      };
    } catch (EventTimes.InvalidTimeException e) {
      throw invalidTime(timeField, e.getMessage());
    }
  }

  /** The refusal of a timestamp field that cannot be read as a time. */
  DecodeException invalidTime(int field, String detail) {
    return new DecodeException(
        field == timeField ? DeadLetterReason.INVALID_TIMESTAMP : DeadLetterReason.WRONG_TYPE,
        describe(field) + ": " + detail);
  }

  /** How a timestamp field is written where the record does not say. */
  EventTimeUnit unitOf(int field) {
    return field == timeField ? timeUnit : EventTimeUnit.MILLISECONDS;
  }

  /** The refusal of a value of another type. */
  DecodeException wrongType(int field, String found) {
    return field == timeField
        ? new DecodeException(
            DeadLetterReason.INVALID_TIMESTAMP, describe(field) + " (event time) holds " + found)
        : new DecodeException(DeadLetterReason.WRONG_TYPE, describe(field) + " holds " + found);
  }

  /** The refusal of a number that does not fit. */
  DecodeException outOfRange(int field, String found) {
    return field == timeField
        ? wrongType(field, found)
        : new DecodeException(
            DeadLetterReason.NUMBER_OUT_OF_RANGE, describe(field) + " cannot hold " + found);
  }
}
