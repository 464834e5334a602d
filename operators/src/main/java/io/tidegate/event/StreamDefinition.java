package io.tidegate.event;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A stream of a plan: where its events come from, what they hold and how time passes in it.
 *
 * <p>Immutable. Durations are milliseconds; 0 stands for "none" where a part is optional.
 */
public final class StreamDefinition implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Where a stream is read from when there is no state. */
  public enum Start {
    EARLIEST,
    LATEST,
    /** The group's committed offsets, and the earliest ones where there are none. */
    COMMITTED
  }

  private final int index;
  private final EventType type;
  private final EventType handledType;
  private final DecoderSpec decoder;
  private final int eventTimeField;
  private final EventTimeUnit eventTimeUnit;
  private final int[] keyFields;
  private final int[] identityFields;
  private final Start start;
  private final boolean bounded;
  private final long outOfOrdernessMs;
  private final long idlenessMs;
  private final long maxFutureMs;
  private final long alignmentMs;
  private final long deduplicationMs;
  private final int priority;
  private final boolean store;

  private StreamDefinition(Builder builder) {
    index = builder.index;
    type = builder.type;
    handledType = withDerived(builder.type, builder.derived);
    decoder = Objects.requireNonNull(builder.decoder, "decoder");
    eventTimeField = require(builder.eventTimeField, "event time");
    eventTimeUnit = builder.eventTimeUnit;
    keyFields = builder.keyFields.stream().mapToInt(f -> require(f, "key")).toArray();
    identityFields =
        builder.identityFields.stream().mapToInt(f -> require(f, "identity")).toArray();
    start = builder.start;
    bounded = builder.bounded;
    outOfOrdernessMs = builder.outOfOrdernessMs;
    idlenessMs = builder.idlenessMs;
    maxFutureMs = builder.maxFutureMs;
    alignmentMs = builder.alignmentMs;
    deduplicationMs = builder.deduplicationMs;
    priority = builder.priority;
    store = builder.store;
    if (type.field(eventTimeField).type() == FieldType.BOOLEAN) {
      throw new IllegalArgumentException(
          "stream '" + name() + "': event time field '" + builder.eventTimeField + "' is boolean");
    }
    if (outOfOrdernessMs < 0
        || idlenessMs < 0
        || maxFutureMs < 0
        || alignmentMs < 0
        || deduplicationMs < 0) {
      throw new IllegalArgumentException("stream '" + name() + "' has a negative duration");
    }
  }

  private static EventType withDerived(EventType type, List<Field> derived) {
    if (derived.isEmpty()) {
      return type;
    }
    List<Field> all = new ArrayList<>(type.fields());
    all.addAll(derived);
    return EventType.of(type.name(), type.topics(), all);
  }

  private int require(String field, String role) {
    int found = field == null ? -1 : type.indexOf(field);
    if (found < 0) {
      throw new IllegalArgumentException(
          "stream '"
              + type.name()
              + "': no field '"
              + field
              + "' for its "
              + role
              + "; it has "
              + type.fields().stream().map(Field::name).toList());
    }
    return found;
  }

  /** A builder of the definition at an index of the plan's streams. */
  public static Builder builder(int index, EventType type) {
    return new Builder(index, type);
  }

  /** Index into the plan's streams. */
  public int index() {
    return index;
  }

  /** The stream's name. */
  public String name() {
    return type.name();
  }

  /** The topics it is read from. */
  public List<String> topics() {
    return type.topics();
  }

  /** The layout of its events as they are read: the fields of its schema. */
  public EventType type() {
    return type;
  }

  /**
   * The layout of its events as rules and windows see them: derived fields come behind those of the
   * schema, so what both have lies in the same places. The same object where nothing is derived.
   */
  public EventType handledType() {
    return handledType;
  }

  /** How its records are written. */
  public DecoderSpec decoder() {
    return decoder;
  }

  /** Index of the field that holds the event time. */
  public int eventTimeField() {
    return eventTimeField;
  }

  /** How the event time is written where the record's schema does not say. */
  public EventTimeUnit eventTimeUnit() {
    return eventTimeUnit;
  }

  /** Indexes of the fields that every event must have a value in. */
  public int[] keyFields() {
    return keyFields.clone();
  }

  /** Indexes of the identity fields; empty when the identity is the content. */
  public int[] identityFields() {
    return identityFields.clone();
  }

  /** The identity fields themselves, for {@link Identities}; not to be written to. */
  int[] identityFieldsShared() {
    return identityFields;
  }

  /** Where reading starts. */
  public Start start() {
    return start;
  }

  /** Whether reading ends at the offsets found at the start. */
  public boolean bounded() {
    return bounded;
  }

  /** By how much event time may go back within a partition, ms. */
  public long outOfOrdernessMs() {
    return outOfOrdernessMs;
  }

  /** After how long without records a partition no longer holds time back, ms; 0 for never. */
  public long idlenessMs() {
    return idlenessMs;
  }

  /** How far ahead of the record's time an event may be, ms; 0 for no bound. */
  public long maxFutureMs() {
    return maxFutureMs;
  }

  /** How far this stream may run ahead of the slowest one, ms; 0 for no alignment. */
  public long alignmentMs() {
    return alignmentMs;
  }

  /** For how long an identity is remembered to drop repeats, ms; 0 for no deduplication. */
  public long deduplicationMs() {
    return deduplicationMs;
  }

  /** Lower comes first among events of one time. */
  public int priority() {
    return priority;
  }

  /** Whether the raw events go to a table. */
  public boolean store() {
    return store;
  }

  @Override
  public String toString() {
    return "stream '" + name() + "' " + topics();
  }

  /** Builds a definition. Names of fields are resolved, and refused, by {@link #build}. */
  public static final class Builder {
    private final int index;
    private final EventType type;
    private DecoderSpec decoder = DecoderSpec.json();
    private String eventTimeField;
    private EventTimeUnit eventTimeUnit = EventTimeUnit.MILLISECONDS;
    private List<Field> derived = List.of();
    private List<String> keyFields = List.of();
    private List<String> identityFields = List.of();
    private Start start = Start.EARLIEST;
    private boolean bounded;
    private long outOfOrdernessMs;
    private long idlenessMs;
    private long maxFutureMs;
    private long alignmentMs;
    private long deduplicationMs;
    private int priority;
    private boolean store;

    private Builder(int index, EventType type) {
      this.index = index;
      this.type = Objects.requireNonNull(type, "type");
    }

    /** How the records are written; JSON when not set. */
    public Builder decoder(DecoderSpec decoder) {
      this.decoder = decoder;
      return this;
    }

    /** The event time field (required) and its unit. */
    public Builder eventTime(String field, EventTimeUnit unit) {
      this.eventTimeField = field;
      this.eventTimeUnit = Objects.requireNonNull(unit, "unit");
      return this;
    }

    /** The fields that events get when they are handled; nullable. */
    public Builder derived(List<Field> fields) {
      this.derived = List.copyOf(fields);
      return this;
    }

    /** The fields that every event must have a value in. */
    public Builder key(List<String> fields) {
      this.keyFields = List.copyOf(fields);
      return this;
    }

    /** The fields that tell events apart; all of them when empty. */
    public Builder identity(List<String> fields) {
      this.identityFields = List.copyOf(fields);
      return this;
    }

    /** Where reading starts; the earliest offsets when not set. */
    public Builder start(Start start) {
      this.start = Objects.requireNonNull(start, "start");
      return this;
    }

    /** Whether reading ends at the offsets found at the start. */
    public Builder bounded(boolean bounded) {
      this.bounded = bounded;
      return this;
    }

    /** By how much event time may go back within a partition, ms. */
    public Builder outOfOrdernessMs(long outOfOrdernessMs) {
      this.outOfOrdernessMs = outOfOrdernessMs;
      return this;
    }

    /** After how long a silent partition no longer holds time back, ms; 0 for never. */
    public Builder idlenessMs(long idlenessMs) {
      this.idlenessMs = idlenessMs;
      return this;
    }

    /** How far ahead of the record's time an event may be, ms; 0 for no bound. */
    public Builder maxFutureMs(long maxFutureMs) {
      this.maxFutureMs = maxFutureMs;
      return this;
    }

    /** How far this stream may run ahead of the slowest one, ms; 0 for no alignment. */
    public Builder alignmentMs(long alignmentMs) {
      this.alignmentMs = alignmentMs;
      return this;
    }

    /** For how long an identity is remembered to drop repeats, ms; 0 for no deduplication. */
    public Builder deduplicationMs(long deduplicationMs) {
      this.deduplicationMs = deduplicationMs;
      return this;
    }

    /** Lower comes first among events of one time. */
    public Builder priority(int priority) {
      this.priority = priority;
      return this;
    }

    /** Whether the raw events go to a table. */
    public Builder store(boolean store) {
      this.store = store;
      return this;
    }

    /**
     * The definition.
     *
     * @throws IllegalArgumentException when a named field is missing or a duration is negative
     */
    public StreamDefinition build() {
      return new StreamDefinition(this);
    }
  }
}
