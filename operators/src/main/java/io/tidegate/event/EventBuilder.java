package io.tidegate.event;

/** Builds an event field by field; for code that is not on the hot path. Unset fields are null. */
public final class EventBuilder {
  private final StreamDefinition stream;
  private final Object[] values;
  private long timestamp;
  private int topic;
  private int partition;
  private long offset;

  private EventBuilder(StreamDefinition stream) {
    this.stream = stream;
    this.values = new Object[stream.type().size()];
  }

  /** A builder of events of a stream. */
  public static EventBuilder of(StreamDefinition stream) {
    return new EventBuilder(stream);
  }

  /** Sets the event time, epoch milliseconds; a timestamp field has to be set by itself. */
  public EventBuilder at(long timestamp) {
    this.timestamp = timestamp;
    return this;
  }

  /** Sets where the event was read: topic index, partition, offset. */
  public EventBuilder from(int topic, int partition, long offset) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    return this;
  }

  /**
   * Sets a field.
   *
   * @param value a Boolean, Number or String that fits the field's type, or null
   * @throws IllegalArgumentException when the stream has no such field or the value does not fit
   */
  public EventBuilder set(String field, Object value) {
    EventType type = stream.type();
    int index = type.indexOf(field);
    if (index < 0) {
      throw new IllegalArgumentException(
          "stream '" + type.name() + "' has no field '" + field + "'; it has " + type.fields());
    }
    boolean fits =
        switch (type.field(index).type()) {
          case BOOLEAN -> value instanceof Boolean;
          case LONG, TIMESTAMP -> value instanceof Long || value instanceof Integer;
          case DOUBLE -> value instanceof Number;
          case STRING -> value instanceof String;
        };
    if (value != null && !fits) {
      throw new IllegalArgumentException(
          "field '" + field + "' is " + type.field(index).type().text() + ", not " + value);
    }
    values[index] = value;
    return this;
  }

  /** The event. */
  public Event build() {
    EventType type = stream.type();
    long[] numbers = new long[type.numberCount()];
    String[] strings = new String[type.stringCount()];
    long[] nulls = null;
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value == null) {
        nulls = nulls == null ? new long[type.nullWords()] : nulls;
        nulls[i >>> 6] |= 1L << i;
      } else if (value instanceof String text) {
        strings[type.slot(i)] = text;
      } else if (value instanceof Boolean truth) {
        numbers[type.slot(i)] = truth ? 1 : 0;
      } else if (type.field(i).type() == FieldType.DOUBLE) {
        numbers[type.slot(i)] = Double.doubleToRawLongBits(((Number) value).doubleValue());
      } else {
        numbers[type.slot(i)] = ((Number) value).longValue();
      }
    }
    return new Event(
        type, stream.index(), timestamp, topic, partition, offset, numbers, strings, nulls);
  }
}
