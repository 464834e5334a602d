package io.tidegate.operator;

import io.tidegate.record.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of routed events: first flag, key, length and bytes of the event. */
public final class RoutedEventSerializer extends ImmutableSerializer<RoutedEvent> {
  private static final long serialVersionUID = 2L;

  private transient KeyCodec codec;

  private KeyCodec keys() {
    if (codec == null) {
      codec = new KeyCodec();
    }
    return codec;
  }

  @Override
  public void serialize(RoutedEvent routed, DataOutputView target) throws IOException {
    target.writeBoolean(routed.first());
    keys().write(routed.key(), target);
    target.writeInt(routed.event().length);
    target.write(routed.event());
  }

  @Override
  public RoutedEvent deserialize(DataInputView source) throws IOException {
    boolean first = source.readBoolean();
    RoutedKey key = keys().read(source);
    byte[] event = new byte[source.readInt()];
    source.readFully(event);
    return new RoutedEvent(key, first, event);
  }

  @Override
  public RoutedEventSerializer duplicate() {
    return new RoutedEventSerializer();
  }

  @Override
  public TypeSerializerSnapshot<RoutedEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Restores the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RoutedEvent> {
    /** For restoring. */
    public Snapshot() {
      super(RoutedEventSerializer::new);
    }
  }
}
