package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import io.tidegate.event.FieldType;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a field by name from events of one or several streams, wherever each stream keeps it.
 *
 * <p>Streams that share a field name may differ in position and, between LONG and DOUBLE, in type;
 * the common type is then DOUBLE.
 */
final class FieldReader {
  private final FieldType type;
  private final int[] fields;
  private final int[] slots;
  private final boolean[] integers;
  private final boolean uniform;

  private FieldReader(FieldType type, int[] fields, int[] slots, boolean[] integers, boolean same) {
    this.type = type;
    this.fields = fields;
    this.slots = slots;
    this.integers = integers;
    this.uniform = same;
  }

  /**
   * Finds a field.
   *
   * @param name the field's name
   * @param context the streams' layouts, and which fields may be read
   * @param streams the streams whose events are read
   * @throws ExpressionException when a stream lacks the field, or the types differ
   */
  static FieldReader of(String name, CompileContext context, int[] streams) {
    EventType[] types = context.types();
    int[] fields = new int[types.length];
    int[] slots = new int[types.length];
    boolean[] integers = new boolean[types.length];
    FieldType common = null;
    boolean uniform = true;
    for (int stream : streams) {
      EventType type = types[stream];
      int field = type.indexOf(name);
      if (field < 0) {
        throw new ExpressionException(
            "stream " + type.name() + " has no field '" + name + "'; it has " + namesOf(type));
      }
      String refusal = context.access().refusal(stream, name);
      if (refusal != null) {
        throw new ExpressionException(refusal);
      }
      FieldType found = type.field(field).type();
      fields[stream] = field;
      slots[stream] = type.slot(field);
      integers[stream] = found == FieldType.LONG;
      common = common == null ? found : join(common, found, name, type);
      uniform &=
          fields[stream] == fields[streams[0]]
              && slots[stream] == slots[streams[0]]
              && integers[stream] == integers[streams[0]];
    }
    if (uniform) {
      return new FieldReader(
          common,
          new int[] {fields[streams[0]]},
          new int[] {slots[streams[0]]},
          new boolean[] {integers[streams[0]]},
          true);
    }
    return new FieldReader(common, fields, slots, integers, false);
  }

  private static FieldType join(FieldType a, FieldType b, String name, EventType type) {
    if (a == b) {
      return a;
    }
    if (Types.numeric(a) && Types.numeric(b)) {
      return FieldType.DOUBLE;
    }
    throw new ExpressionException(
        "field '"
            + name
            + "' is "
            + b.text()
            + " in stream "
            + type.name()
            + " and "
            + a.text()
            + " in another stream of the stage");
  }

  private static List<String> namesOf(EventType type) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < type.size(); i++) {
      names.add(type.field(i).name());
    }
    return names;
  }

  /** The field's type; DOUBLE where the streams mix LONG and DOUBLE. */
  FieldType type() {
    return type;
  }

  /** Whether every stream keeps the field in the same place, so that 0 stands for any stream. */
  boolean uniform() {
    return uniform;
  }

  int field(int stream) {
    return fields[uniform ? 0 : stream];
  }

  /** Where events of a stream keep the field. */
  FieldPlace place(int stream) {
    boolean integer = type != FieldType.DOUBLE || integers[uniform ? 0 : stream];
    return new FieldPlace(field(stream), slot(stream), !integer);
  }

  int slot(int stream) {
    return slots[uniform ? 0 : stream];
  }

  boolean isNull(Event event) {
    return event.nulls != null && event.isNull(field(event.stream));
  }

  double doubleOf(Event event) {
    int slot = slot(event.stream);
    return integers[uniform ? 0 : event.stream] ? event.longAt(slot) : event.doubleAt(slot);
  }

  long longOf(Event event) {
    return event.longAt(slot(event.stream));
  }

  /** The string, or null when the field is null. */
  String stringOf(Event event) {
    return isNull(event) ? null : event.stringAt(slot(event.stream));
  }
}
