package io.tidegate.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of what a source reads: a tag byte, then an event or a dead letter. */
public final class DecodedSerializer extends ImmutableTypeSerializer<Decoded> {
  private static final long serialVersionUID = 1L;
  private static final int EVENT = 0;
  private static final int DEAD_LETTER = 1;

  private final TypeSerializer<Event> events;

  /** A serializer around one of events. */
  public DecodedSerializer(TypeSerializer<Event> events) {
    this.events = events;
  }

  @Override
  public void serialize(Decoded value, DataOutputView out) throws IOException {
    if (value instanceof Event event) {
      out.writeByte(EVENT);
      events.serialize(event, out);
    } else {
      out.writeByte(DEAD_LETTER);
      DeadLetterSerializer.INSTANCE.serialize((DeadLetter) value, out);
    }
  }

  @Override
  public Decoded deserialize(DataInputView in) throws IOException {
    int tag = in.readUnsignedByte();
    return switch (tag) {
      case EVENT -> events.deserialize(in);
      case DEAD_LETTER -> DeadLetterSerializer.INSTANCE.deserialize(in);
      default -> throw new IOException("neither an event nor a dead letter: tag " + tag);
    };
  }

  @Override
  public TypeSerializer<Decoded> duplicate() {
    return new DecodedSerializer(events.duplicate());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DecodedSerializer that && events.equals(that.events);
  }

  @Override
  public int hashCode() {
    return events.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<Decoded> snapshotConfiguration() {
    return new Snapshot(this);
  }

  /** Carries the snapshot of the event serializer. */
  public static final class Snapshot
      extends CompositeTypeSerializerSnapshot<Decoded, DecodedSerializer> {
    private static final int VERSION = 1;

    /** For restoring. */
    public Snapshot() {}

    Snapshot(DecodedSerializer serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return VERSION;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(DecodedSerializer outer) {
      return new TypeSerializer<?>[] {outer.events};
    }

    @Override
    @SuppressWarnings("unchecked")
    protected DecodedSerializer createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new DecodedSerializer((TypeSerializer<Event>) nested[0]);
    }
  }
}
