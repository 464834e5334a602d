package io.tidegate.operator;

import io.tidegate.event.Event;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of routed events: first flag, key, event. */
public final class RoutedEventSerializer extends TypeSerializer<RoutedEvent> {
  private static final long serialVersionUID = 1L;

  private final TypeSerializer<Event> events;
  private transient KeyCodec keys;

  /** A serializer around one of events. */
  public RoutedEventSerializer(TypeSerializer<Event> events) {
    this.events = events;
  }

  private KeyCodec keys() {
    if (keys == null) {
      keys = new KeyCodec();
    }
    return keys;
  }

  @Override
  public void serialize(RoutedEvent routed, DataOutputView target) throws IOException {
    target.writeBoolean(routed.first());
    keys().write(routed.key(), target);
    events.serialize(routed.event(), target);
  }

  @Override
  public RoutedEvent deserialize(DataInputView source) throws IOException {
    boolean first = source.readBoolean();
    RoutedKey key = keys().read(source);
    return new RoutedEvent(key, first, events.deserialize(source));
  }

  @Override
  public RoutedEvent deserialize(RoutedEvent reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public RoutedEvent createInstance() {
    return null;
  }

  @Override
  public RoutedEvent copy(RoutedEvent from) {
    return from;
  }

  @Override
  public RoutedEvent copy(RoutedEvent from, RoutedEvent reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public TypeSerializer<RoutedEvent> duplicate() {
    return new RoutedEventSerializer(events.duplicate());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RoutedEventSerializer that && events.equals(that.events);
  }

  @Override
  public int hashCode() {
    return 31 * events.hashCode() + 1;
  }

  @Override
  public TypeSerializerSnapshot<RoutedEvent> snapshotConfiguration() {
    return new Snapshot(this);
  }

  /** Carries the snapshot of the event serializer. */
  public static final class Snapshot
      extends CompositeTypeSerializerSnapshot<RoutedEvent, RoutedEventSerializer> {
    private static final int VERSION = 1;

    /** For restoring. */
    public Snapshot() {}

    Snapshot(RoutedEventSerializer serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return VERSION;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(RoutedEventSerializer outer) {
      return new TypeSerializer<?>[] {outer.events};
    }

    @Override
    @SuppressWarnings("unchecked")
    protected RoutedEventSerializer createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new RoutedEventSerializer((TypeSerializer<Event>) nested[0]);
    }
  }
}
