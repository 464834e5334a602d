package io.tidegate.derive;

import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.util.Arrays;
import java.util.List;

/**
 * Computes the derived fields of one key expression; the state of a key comes in, and the events of
 * the key in their order.
 *
 * <p>An event as it was read has no place for derived fields. Events are shared and never written
 * to, so the key gets a copy in the layout of handled events.
 */
public final class Derivation {
  private final DerivedField[] fields;
  private final long[] ids;
  private final StreamDefinition[] streams;

  /** By stream: whether its events get a field here. */
  private final boolean[] extended;

  /** By stream: whether its events get a field here, or are looked back at. */
  private final boolean[] concerned;

  /**
   * A derivation.
   *
   * @param fields the fields that are derived under the key expression
   * @param streams the plan's streams
   */
  public Derivation(List<DerivedField> fields, StreamDefinition[] streams) {
    this.fields = fields.toArray(DerivedField[]::new);
    this.streams = streams.clone();
    this.extended = new boolean[streams.length];
    this.concerned = new boolean[streams.length];
    String[] names = Arrays.stream(streams).map(StreamDefinition::name).toArray(String[]::new);
    this.ids = new long[this.fields.length];
    for (int i = 0; i < ids.length; i++) {
      DerivedField field = this.fields[i];
      ids[i] = field.id(names, fieldNames(streams[field.source()].type()));
      extended[field.stream()] = true;
      concerned[field.stream()] = true;
      concerned[field.source()] = true;
    }
  }

  private static String[] fieldNames(EventType type) {
    return type.fields().stream().map(Field::name).toArray(String[]::new);
  }

  /** Under which number a key keeps each field's history, by the field's place. */
  long[] ids() {
    return ids;
  }

  /** Whether events of a stream get a field, or are looked back at. */
  public boolean concerns(int stream) {
    return concerned[stream];
  }

  /**
   * Takes the next event of a key.
   *
   * @param state the key's state, changed in place; {@link DerivedState#attach attached}
   * @return the event with its derived fields; itself when its stream has none under this key
   */
  public Event next(DerivedState state, Event event) {
    History[] histories = state.of(this);
    Event derived = extended[event.stream] ? extended(event) : event;
    for (int i = 0; i < fields.length; i++) {
      DerivedField field = fields[i];
      boolean its = field.stream() == event.stream;
      boolean taken = field.source() == event.stream;
      if (!its && !taken) {
        continue;
      }
      History history = histories[i];
      if (history == null) {
        history =
            new History(field.function(), field.sourceType(), field.events(), field.rangeMs());
        state.put(i, history);
      }
      history.advanceTo(event.timestamp);
      if (its && !field.includingCurrent()) {
        set(derived, field, history);
      }
      if (taken) {
        take(history, field, event);
      }
      if (its && field.includingCurrent()) {
        set(derived, field, history);
      }
    }
    return derived;
  }

  private void take(History history, DerivedField field, Event event) {
    int source = field.sourceField();
    if (source < 0) {
      history.take(event.timestamp, false, 0, null);
      return;
    }
    int slot = event.type.slot(source);
    boolean text = field.sourceType() == FieldType.STRING;
    history.take(
        event.timestamp,
        event.isNull(source),
        text ? 0 : event.numbers[slot],
        text ? event.strings[slot] : null);
  }

  /** A copy of an event with room for the derived fields of its stream, all of them null. */
  private Event extended(Event event) {
    EventType declared = streams[event.stream].type();
    EventType type = streams[event.stream].handledType();
    long[] nulls = new long[type.nullWords()];
    if (event.nulls != null) {
      System.arraycopy(event.nulls, 0, nulls, 0, declared.nullWords());
    }
    for (int field = declared.size(); field < type.size(); field++) {
      nulls[field >>> 6] |= 1L << field;
    }
    return new Event(
        type,
        event.stream,
        event.timestamp,
        event.topic,
        event.partition,
        event.offset,
        Arrays.copyOf(event.numbers, type.numberCount()),
        event.strings == null ? null : Arrays.copyOf(event.strings, type.stringCount()),
        nulls);
  }

  // The event is new and nobody else has seen it.
  private static void set(Event event, DerivedField field, History history) {
    Summary summary = history.summary();
    SampleQueue samples = history.samples();
    if (!summary.isKnown(samples)) {
      return;
    }
    int slot = event.type.slot(field.field());
    if (field.type() == FieldType.STRING) {
      event.strings[slot] = summary.text(samples);
    } else {
      event.numbers[slot] = summary.number(samples);
    }
    event.nulls[field.field() >>> 6] &= ~(1L << field.field());
  }
}
