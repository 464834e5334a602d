package io.tidegate.event;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The layouts of a plan's streams as stored beside events, and which changes of them are safe. */
public final class EventTypes {
  private static final int FORMAT = 1;

  private EventTypes() {}

  /** The layouts of streams, by stream index. */
  public static EventType[] of(StreamDefinition[] streams) {
    return Arrays.stream(streams).map(StreamDefinition::type).toArray(EventType[]::new);
  }

  /** The layouts of handled events, with their derived fields, by stream index. */
  public static EventType[] handled(StreamDefinition[] streams) {
    return Arrays.stream(streams).map(StreamDefinition::handledType).toArray(EventType[]::new);
  }

  /** Writes layouts. */
  public static void write(EventType[] types, DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    out.writeInt(types.length);
    for (EventType type : types) {
      out.writeUTF(type.name());
      out.writeInt(type.topics().size());
      for (String topic : type.topics()) {
        out.writeUTF(topic);
      }
      out.writeInt(type.size());
      for (Field field : type.fields()) {
        out.writeUTF(field.name());
        out.writeUTF(field.type().text());
        out.writeBoolean(field.nullable());
      }
    }
  }

  /**
   * Reads layouts.
   *
   * @throws IOException when they were written in a format that this version does not know
   */
  public static EventType[] read(DataInput in) throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException(
          "stored event types have format "
              + format
              + "; this version reads format "
              + FORMAT
              + ": restore with the version that wrote them, or a newer one");
    }
    EventType[] types = new EventType[in.readInt()];
    for (int i = 0; i < types.length; i++) {
      String name = in.readUTF();
      List<String> topics = new ArrayList<>();
      for (int n = in.readInt(); n > 0; n--) {
        topics.add(in.readUTF());
      }
      List<Field> fields = new ArrayList<>();
      for (int n = in.readInt(); n > 0; n--) {
        fields.add(new Field(in.readUTF(), FieldType.of(in.readUTF()), in.readBoolean()));
      }
      types[i] = EventType.of(name, topics, fields);
    }
    return types;
  }

  /**
   * Whether stored events can be read into the present layouts, and whether that needs a change.
   *
   * @return true when the layouts are equal, false when events have to be adapted
   * @throws IncompatibleTypesException when a stream, or a topic of one, is gone, a field has
   *     another type or may no longer be null, or an added field may not be null
   */
  public static boolean requireCompatible(EventType[] stored, EventType[] present) {
    for (EventType old : stored) {
      requireCompatible(
          old,
          Arrays.stream(present).filter(t -> t.name().equals(old.name())).findAny().orElse(null));
    }
    return Arrays.equals(stored, present);
  }

  static void requireCompatible(EventType old, EventType present) {
    if (present == null) {
      throw refused(old, "the stream is gone", "keep the stream in the pipeline");
    }
    for (String topic : old.topics()) {
      if (!present.topics().contains(topic)) {
        throw refused(old, "topic '" + topic + "' is gone", "keep the topic in the stream");
      }
    }
    for (Field field : present.fields()) {
      int index = old.indexOf(field.name());
      String name = "field '" + field.name() + "' ";
      if (index < 0) {
        if (!field.nullable()) {
          throw refused(old, name + "is new and not nullable", "make it nullable");
        }
        continue;
      }
      Field before = old.field(index);
      if (before.type() != field.type()) {
        throw refused(
            old,
            name + "was " + before.type().text() + " and is now " + field.type().text(),
            "give the changed field a new name");
      }
      if (before.nullable() && !field.nullable()) {
        throw refused(old, name + "was nullable and is not any more", "keep it nullable");
      }
    }
  }

  private static IncompatibleTypesException refused(EventType stream, String found, String remedy) {
    return new IncompatibleTypesException(
        "stored events of stream '"
            + stream.name()
            + "' do not fit the plan: "
            + found
            + "; "
            + remedy
            + ", or start without the stored state");
  }
}
