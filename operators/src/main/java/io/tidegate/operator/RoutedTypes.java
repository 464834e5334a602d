package io.tidegate.operator;

import io.tidegate.event.EventSerializer;
import io.tidegate.event.StreamDefinition;
import io.tidegate.record.SerializerTypeInformation;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Flink types between the router and the pattern operator. */
public final class RoutedTypes {
  /** Type of the key that the pattern operator is keyed by. */
  public static final TypeInformation<RoutedKey> KEYS =
      SerializerTypeInformation.ofKey(RoutedKey.class, new RoutedKeySerializer());

  private RoutedTypes() {}

  /** Type of the routed events of a plan's streams. */
  public static TypeInformation<RoutedEvent> events(StreamDefinition[] streams) {
    return new SerializerTypeInformation<>(
        RoutedEvent.class, new RoutedEventSerializer(new EventSerializer(streams)));
  }
}
