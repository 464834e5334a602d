package io.tidegate.tool;

import io.tidegate.event.Event;
import io.tidegate.event.StreamDefinition;
import io.tidegate.operator.RoutedKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The derived fields of a run's events: whoever gave an event knows all of it but these. */
final class DerivedFields {
  private final StreamDefinition[] streams;
  private final Map<RoutedKey, Map<Long, Event>> events = new HashMap<>();

  DerivedFields(StreamDefinition[] streams) {
    this.streams = streams;
  }

  /** Keeps an event as the rules of a key see it, where something is derived for it. */
  void keep(RoutedKey key, Event event) {
    if (event.type.size() > declared(event)) {
      events.computeIfAbsent(key, k -> new HashMap<>()).put(event.offset, event);
    }
  }

  private int declared(Event event) {
    return streams[event.stream].type().size();
  }

  /** The derived fields of an event as a rule saw it; empty where there are none. */
  Map<String, Object> of(Event event) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = declared(event); i < event.type.size(); i++) {
      values.put(event.type.field(i).name(), event.value(i));
    }
    return values;
  }

  /** The derived fields of an event by its number, under a key. */
  Map<String, Object> of(RoutedKey key, long number) {
    Event event = events.getOrDefault(key, Map.of()).get(number);
    return event == null ? Map.of() : of(event);
  }
}
