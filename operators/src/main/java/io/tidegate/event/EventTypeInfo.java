package io.tidegate.event;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Flink type information of events and of what else comes out of sources. None of it is a key type:
 * streams are keyed by what an event holds.
 */
public final class EventTypeInfo {
  private EventTypeInfo() {}

  /** Of the events of a plan's streams. */
  public static TypeInformation<Event> events(StreamDefinition[] streams) {
    return new SerializerTypeInformation<>(Event.class, new EventSerializer(streams));
  }

  /** Of what the sources of a plan's streams emit. */
  public static TypeInformation<Decoded> decoded(StreamDefinition[] streams) {
    return new SerializerTypeInformation<>(
        Decoded.class, new DecodedSerializer(new EventSerializer(streams)));
  }

  /** Of late events of a plan's streams. */
  public static TypeInformation<LateEvent> lateEvents(StreamDefinition[] streams) {
    return new SerializerTypeInformation<>(
        LateEvent.class, new LateEventSerializer(new EventSerializer(streams)));
  }

  /** Of dead letters. */
  public static TypeInformation<DeadLetter> deadLetters() {
    return new SerializerTypeInformation<>(DeadLetter.class, DeadLetterSerializer.INSTANCE);
  }
}
