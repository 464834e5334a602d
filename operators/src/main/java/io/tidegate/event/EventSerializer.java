package io.tidegate.event;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Flink serializer of events. Its snapshot carries the layouts of the streams: state is restored
 * into a plan with reordered or added nullable fields, and refused by one that does not fit.
 */
public final class EventSerializer extends ImmutableTypeSerializer<Event> {
  private static final long serialVersionUID = 1L;

  private final EventType[] types;
  private transient EventCodec codec;

  /**
   * A serializer of the events of some streams.
   *
   * @param types layout by stream index
   */
  public EventSerializer(EventType[] types) {
    this.types = types.clone();
  }

  /** A serializer of the events of a plan's streams. */
  public EventSerializer(StreamDefinition[] streams) {
    this(EventTypes.of(streams));
  }

  private EventCodec codec() {
    if (codec == null) {
      codec = new EventCodec(types);
    }
    return codec;
  }

  @Override
  public void serialize(Event event, DataOutputView target) throws IOException {
    codec().write(event, target);
  }

  @Override
  public Event deserialize(DataInputView source) throws IOException {
    return codec().read(source);
  }

  @Override
  public TypeSerializer<Event> duplicate() {
    return new EventSerializer(types);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventSerializer that && Arrays.equals(types, that.types);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(types);
  }

  @Override
  public TypeSerializerSnapshot<Event> snapshotConfiguration() {
    return new Snapshot(types);
  }

  /** The layouts that events were written in. */
  public static final class Snapshot implements TypeSerializerSnapshot<Event> {
    private static final int VERSION = 1;

    private EventType[] types;

    /** For restoring. */
    public Snapshot() {}

    Snapshot(EventType[] types) {
      this.types = types;
    }

    @Override
    public int getCurrentVersion() {
      return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
      EventTypes.write(types, out);
    }

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader loader) throws IOException {
      if (version != VERSION) {
        throw new IOException("events were stored in format " + version + ", not " + VERSION);
      }
      types = EventTypes.read(in);
    }

    @Override
    public TypeSerializer<Event> restoreSerializer() {
      return new EventSerializer(types);
    }

    /**
     * Compares with the layouts of the stored events.
     *
     * @throws IncompatibleTypesException, which says what does not fit, in place of an answer that
     *     Flink would report without a reason
     */
    @Override
    public TypeSerializerSchemaCompatibility<Event> resolveSchemaCompatibility(
        TypeSerializerSnapshot<Event> stored) {
      if (!(stored instanceof Snapshot old)) {
        return TypeSerializerSchemaCompatibility.incompatible();
      }
      return EventTypes.requireCompatible(old.types, types)
          ? TypeSerializerSchemaCompatibility.compatibleAsIs()
          : TypeSerializerSchemaCompatibility.compatibleAfterMigration();
    }
  }
}
