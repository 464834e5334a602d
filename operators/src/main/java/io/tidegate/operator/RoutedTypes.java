package io.tidegate.operator;

import io.tidegate.event.SerializerTypeInformation;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Flink types between the router and the pattern operator. */
public final class RoutedTypes {
  /** Type of the key that the pattern operator is keyed by. */
  public static final TypeInformation<RoutedKey> KEYS =
      SerializerTypeInformation.ofKey(RoutedKey.class, new RoutedKeySerializer());

  /** Type of routed events. */
  public static final TypeInformation<RoutedEvent> EVENTS =
      new SerializerTypeInformation<>(RoutedEvent.class, new RoutedEventSerializer());

  private RoutedTypes() {}
}
