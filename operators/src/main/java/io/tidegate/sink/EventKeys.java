package io.tidegate.sink;

import io.tidegate.event.Event;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import java.io.Serializable;
import java.util.Arrays;

/** Text form of the key that a stream declares: its key fields joined by {@code |}, escaped. */
public final class EventKeys implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[][] fields;

  /** Keys of the events of a plan's streams. */
  public EventKeys(StreamDefinition[] streams) {
    fields = Arrays.stream(streams).map(StreamDefinition::keyFields).toArray(int[][]::new);
  }

  /** The key of an event; empty when its stream declares none. */
  public String of(Event event) {
    StringBuilder text = new StringBuilder();
    for (int field : fields[event.stream]) {
      if (field != fields[event.stream][0]) {
        text.append('|');
      }
      Identities.appendValue(text, event, field);
    }
    return text.toString();
  }
}
