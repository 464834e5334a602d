package io.tidegate.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of late events. */
public final class LateEventSerializer extends ImmutableTypeSerializer<LateEvent> {
  private static final long serialVersionUID = 1L;

  private final TypeSerializer<Event> events;

  /** A serializer around one of events. */
  public LateEventSerializer(TypeSerializer<Event> events) {
    this.events = events;
  }

  @Override
  public void serialize(LateEvent value, DataOutputView out) throws IOException {
    events.serialize(value.event(), out);
    out.writeLong(value.partitionTime());
    out.writeLong(value.latenessMs());
  }

  @Override
  public LateEvent deserialize(DataInputView in) throws IOException {
    return new LateEvent(events.deserialize(in), in.readLong(), in.readLong());
  }

  @Override
  public TypeSerializer<LateEvent> duplicate() {
    return new LateEventSerializer(events.duplicate());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LateEventSerializer that && events.equals(that.events);
  }

  @Override
  public int hashCode() {
    return events.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<LateEvent> snapshotConfiguration() {
    return new Snapshot(this);
  }

  /** Carries the snapshot of the event serializer. */
  public static final class Snapshot
      extends CompositeTypeSerializerSnapshot<LateEvent, LateEventSerializer> {
    private static final int VERSION = 1;

    /** For restoring. */
    public Snapshot() {}

    Snapshot(LateEventSerializer serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return VERSION;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(LateEventSerializer outer) {
      return new TypeSerializer<?>[] {outer.events};
    }

    @Override
    @SuppressWarnings("unchecked")
    protected LateEventSerializer createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new LateEventSerializer((TypeSerializer<Event>) nested[0]);
    }
  }
}
