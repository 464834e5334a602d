package io.tidegate.event;

/**
 * An event: typed values, event time and provenance.
 *
 * <p>Immutable by convention: nothing writes to the arrays after construction, so events are shared
 * and never copied. A null field holds 0 in {@link #numbers} or null in {@link #strings} and has
 * its bit set in {@link #nulls}.
 */
public final class Event implements Decoded {
  /** The layout of the slots. */
  public final EventType type;

  /** Index into the plan's streams. */
  public final int stream;

  /** Index into the stream's topics. */
  public final int topic;

  /** Kafka partition that the event was read from. */
  public final int partition;

  /** Event time, epoch milliseconds. */
  public final long timestamp;

  /** Kafka offset within the partition. */
  public final long offset;

  /** Values of all fields but strings, by {@link EventType#slot}. */
  public final long[] numbers;

  /** Values of string fields, by {@link EventType#slot}. */
  public final String[] strings;

  /** Bit set over field indexes; null when no field is null. */
  public final long[] nulls;

  /** An event from its parts; the arrays are kept, not copied. */
  public Event(
      EventType type,
      int stream,
      long timestamp,
      int topic,
      int partition,
      long offset,
      long[] numbers,
      String[] strings,
      long[] nulls) {
    this.type = type;
    this.stream = stream;
    this.topic = topic;
    this.partition = partition;
    this.timestamp = timestamp;
    this.offset = offset;
    this.numbers = numbers;
    this.strings = strings;
    this.nulls = nulls;
  }

  /** Whether a field, by its index, is null. */
  public boolean isNull(int fieldIndex) {
    // 1L << n uses the low six bits of n.
    return nulls != null && (nulls[fieldIndex >>> 6] & (1L << fieldIndex)) != 0;
  }

  /** The double in a slot. */
  public double doubleAt(int slot) {
    return Double.longBitsToDouble(numbers[slot]);
  }

  /** The long, boolean (0 or 1) or timestamp (epoch milliseconds) in a slot. */
  public long longAt(int slot) {
    return numbers[slot];
  }

  /** The string in a slot. */
  public String stringAt(int slot) {
    return strings[slot];
  }

  /** The name of the topic that the event was read from. */
  public String topicName() {
    return type.topics().get(topic);
  }

  /** A field's value by its index: Boolean, Long, Double, String, or null; not for hot paths. */
  public Object value(int fieldIndex) {
    if (isNull(fieldIndex)) {
      return null;
    }
    int slot = type.slot(fieldIndex);
    return switch (type.field(fieldIndex).type()) {
      case BOOLEAN -> numbers[slot] != 0;
      case LONG, TIMESTAMP -> numbers[slot];
      case DOUBLE -> doubleAt(slot);
      case STRING -> strings[slot];
    };
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(type.name()).append('@').append(timestamp).append('{');
    for (int i = 0; i < type.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(type.field(i).name()).append('=').append(value(i));
    }
    return text.append("} ")
        .append(topicName())
        .append('[')
        .append(partition)
        .append("]@")
        .append(offset)
        .toString();
  }
}
