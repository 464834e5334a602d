package io.tidegate.operator;

import io.tidegate.record.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Flink serializer of routed events: number of bytes, first flag, key, bytes of the event. What is
 * read stays in the one array that it is read into.
 */
public final class RoutedEventSerializer extends ImmutableSerializer<RoutedEvent> {
  private static final long serialVersionUID = 3L;

  private transient KeyCodec codec;

  private KeyCodec keys() {
    if (codec == null) {
      codec = new KeyCodec();
    }
    return codec;
  }

  @Override
  public void serialize(RoutedEvent routed, DataOutputView target) throws IOException {
    int key = keys().encode(routed.key());
    int event = routed.bytes().length - routed.from();
    target.writeInt(1 + key + event);
    target.writeBoolean(routed.first());
    target.write(keys().encoded(), 0, key);
    target.write(routed.bytes(), routed.from(), event);
  }

  @Override
  public RoutedEvent deserialize(DataInputView source) throws IOException {
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    RoutedKey key = keys().read(bytes, 1);
    return new RoutedEvent(key, bytes[0] != 0, bytes, 1 + KeyCodec.length(bytes, 1));
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
