package io.tidegate.plan;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.util.Arrays;
import java.util.Map;

/**
 * Which fields of each stream make the key of its events.
 *
 * <p>The key is a text: the field's value, or the values of several fields joined by {@code |},
 * with {@code \} and {@code |} in them escaped by {@code \}. Keys are never null: a key's fields
 * are among those that an event must have.
 */
public final class KeyExpression {
  private final int[][] fields;
  private final int[][] slots;
  private final FieldType[][] types;

  /** By stream: the slot of the one string field that is the key; -1 where it is not so simple. */
  private final int[] simple;

  private KeyExpression(int streams) {
    fields = new int[streams][];
    slots = new int[streams][];
    types = new FieldType[streams][];
    simple = new int[streams];
  }

  /** Reads one of the plan's keys. */
  static KeyExpression of(PlanNode node, Streams streams) {
    KeyExpression key = new KeyExpression(streams.size());
    Map<String, ?> members = node.members("streams");
    PlanNode byStream = node.child("streams");
    int parts = -1;
    for (String name : members.keySet()) {
      StreamDefinition stream = streams.named(name, node);
      String[] names = byStream.texts(name).toArray(String[]::new);
      if (names.length == 0 || parts >= 0 && names.length != parts) {
        throw node.refuse("every stream gives the same number of key fields, at least one");
      }
      parts = names.length;
      key.add(stream, names, node);
    }
    return key;
  }

  private void add(StreamDefinition stream, String[] names, PlanNode node) {
    int[] indexes = new int[names.length];
    int[] at = new int[names.length];
    FieldType[] kinds = new FieldType[names.length];
    for (int i = 0; i < names.length; i++) {
      indexes[i] = stream.type().indexOf(names[i]);
      if (indexes[i] < 0) {
        throw node.refuse("stream '" + stream.name() + "' has no field '" + names[i] + "'");
      }
      requirePresent(stream, indexes[i], node);
      at[i] = stream.type().slot(indexes[i]);
      kinds[i] = stream.type().field(indexes[i]).type();
    }
    fields[stream.index()] = indexes;
    slots[stream.index()] = at;
    types[stream.index()] = kinds;
    simple[stream.index()] = kinds.length == 1 && kinds[0] == FieldType.STRING ? at[0] : -1;
  }

  private static void requirePresent(StreamDefinition stream, int field, PlanNode node) {
    boolean present = !stream.type().field(field).nullable();
    for (int required : stream.keyFields()) {
      present |= required == field;
    }
    if (!present) {
      String name = stream.type().field(field).name();
      throw node.refuse(
          "field '"
              + name
              + "' of stream '"
              + stream.name()
              + "' may be null; add it to the stream's key, so that events without it are refused");
    }
  }

  /** Whether events of a stream have this key. */
  public boolean covers(int stream) {
    return fields[stream] != null;
  }

  /**
   * Whether this is the key that streams have.
   *
   * @param by indexes of key fields by stream; null for streams that may have any key, or none
   */
  boolean isKeyOf(int[][] by) {
    for (int stream = 0; stream < by.length; stream++) {
      if (by[stream] != null && !Arrays.equals(by[stream], fields[stream])) {
        return false;
      }
    }
    return true;
  }

  /** The key of an event of a stream that {@link #covers covered} streams are among. */
  public String keyOf(Event event) {
    int slot = simple[event.stream];
    if (slot >= 0) {
      return event.strings[slot];
    }
    int[] at = slots[event.stream];
    FieldType[] kinds = types[event.stream];
    if (at.length == 1) {
      return valueOf(event, at[0], kinds[0]);
    }
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < at.length; i++) {
      if (i > 0) {
        key.append('|');
      }
      appendEscaped(key, valueOf(event, at[i], kinds[i]));
    }
    return key.toString();
  }

  private static String valueOf(Event event, int slot, FieldType type) {
    return switch (type) {
      case STRING -> event.stringAt(slot);
      case LONG, TIMESTAMP -> Long.toString(event.longAt(slot));
      case DOUBLE -> Double.toString(event.doubleAt(slot));
      case BOOLEAN -> event.longAt(slot) == 0 ? "false" : "true";
    };
  }

  private static void appendEscaped(StringBuilder key, String part) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c == '|' || c == '\\') {
        key.append('\\');
      }
      key.append(c);
    }
  }
}
