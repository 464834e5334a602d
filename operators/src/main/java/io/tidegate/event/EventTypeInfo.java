package io.tidegate.event;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * Flink type information of events and of what else comes out of sources. None of it is a key type:
 * streams are keyed by what an event holds.
 *
 * @param <T> {@link Event}, {@link Decoded}, {@link DeadLetter} or {@link LateEvent}
 */
public final class EventTypeInfo<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1L;

  private final Class<T> type;
  private final TypeSerializer<T> serializer;

  private EventTypeInfo(Class<T> type, TypeSerializer<T> serializer) {
    this.type = type;
    this.serializer = serializer;
  }

  /** Of the events of a plan's streams. */
  public static EventTypeInfo<Event> events(StreamDefinition[] streams) {
    return new EventTypeInfo<>(Event.class, new EventSerializer(streams));
  }

  /** Of what the sources of a plan's streams emit. */
  public static EventTypeInfo<Decoded> decoded(StreamDefinition[] streams) {
    return new EventTypeInfo<>(Decoded.class, new DecodedSerializer(new EventSerializer(streams)));
  }

  /** Of late events of a plan's streams. */
  public static EventTypeInfo<LateEvent> lateEvents(StreamDefinition[] streams) {
    return new EventTypeInfo<>(
        LateEvent.class, new LateEventSerializer(new EventSerializer(streams)));
  }

  /** Of dead letters. */
  public static EventTypeInfo<DeadLetter> deadLetters() {
    return new EventTypeInfo<>(DeadLetter.class, DeadLetterSerializer.INSTANCE);
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer.duplicate();
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof EventTypeInfo;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventTypeInfo<?> that
        && type == that.type
        && serializer.equals(that.serializer);
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + serializer.hashCode();
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
