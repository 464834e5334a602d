package io.tidegate.event;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Brings events of an earlier layout, as a restored state holds them, into the present one:
 * streams, topics and fields are found by name.
 *
 * <p>State on the heap is read with the layout it was written in, before the present one is known;
 * so whoever takes events out of restored state passes them through here. For an event that has the
 * present layout that is one comparison.
 */
public final class EventAdapter {
  private final EventType[] types;
  private final Map<String, Integer> streams = new HashMap<>();
  private final Map<EventType, Mapping> mappings = new IdentityHashMap<>();

  /**
   * An adapter into a layout.
   *
   * @param types the present layout by stream index
   */
  public EventAdapter(EventType[] types) {
    this.types = types.clone();
    for (int i = 0; i < types.length; i++) {
      streams.put(types[i].name(), i);
    }
  }

  /**
   * The event in the present layout: itself when it has it.
   *
   * @throws IncompatibleTypesException when the layouts do not fit, see {@link EventTypes}
   */
  public Event adapt(Event event) {
    if (event.stream < types.length && types[event.stream] == event.type) {
      return event;
    }
    return mappings.computeIfAbsent(event.type, this::mapping).apply(event);
  }

  private Mapping mapping(EventType from) {
    Integer stream = streams.get(from.name());
    EventTypes.requireCompatible(from, stream == null ? null : types[stream]);
    return new Mapping(from, types[stream], stream);
  }

  private record Mapping(EventType from, EventType to, int stream) {
    Event apply(Event event) {
      long[] numbers = new long[to.numberCount()];
      String[] strings = new String[to.stringCount()];
      long[] nulls = null;
      for (int field = 0; field < to.size(); field++) {
        int old = from.indexOf(to.field(field).name());
        if (old < 0 || event.isNull(old)) {
          nulls = nulls == null ? new long[to.nullWords()] : nulls;
          nulls[field >>> 6] |= 1L << field;
        } else if (to.field(field).type() == FieldType.STRING) {
          strings[to.slot(field)] = event.strings[from.slot(old)];
        } else {
          numbers[to.slot(field)] = event.numbers[from.slot(old)];
        }
      }
      int topic = to.topics().indexOf(event.topicName());
      return new Event(
          to,
          stream,
          event.timestamp,
          topic,
          event.partition,
          event.offset,
          numbers,
          strings,
          nulls);
    }
  }
}
