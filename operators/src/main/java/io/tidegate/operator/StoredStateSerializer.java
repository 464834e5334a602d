package io.tidegate.operator;

import io.tidegate.event.Event;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of a page of partial matches. */
final class StoredStateSerializer extends EventStateSerializer<StoredState> {
  private static final long serialVersionUID = 1L;

  StoredStateSerializer(TypeSerializer<Event> events) {
    super(events);
  }

  @Override
  public void serialize(StoredState state, DataOutputView target) throws IOException {
    state.write(target, events);
  }

  @Override
  public StoredState deserialize(DataInputView source) throws IOException {
    return StoredState.read(source, events);
  }

  @Override
  public StoredState copy(StoredState from) {
    return from.copy();
  }

  @Override
  public TypeSerializer<StoredState> duplicate() {
    return new StoredStateSerializer(events.duplicate());
  }

  @Override
  public TypeSerializerSnapshot<StoredState> snapshotConfiguration() {
    return new Snapshot(this);
  }

  /** Carries the snapshot of the event serializer. */
  public static final class Snapshot
      extends CompositeTypeSerializerSnapshot<StoredState, StoredStateSerializer> {
    private static final int VERSION = 1;

    /** For restoring. */
    public Snapshot() {}

    Snapshot(StoredStateSerializer serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return VERSION;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(StoredStateSerializer outer) {
      return new TypeSerializer<?>[] {outer.events};
    }

    @Override
    @SuppressWarnings("unchecked")
    protected StoredStateSerializer createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new StoredStateSerializer((TypeSerializer<Event>) nested[0]);
    }
  }
}
