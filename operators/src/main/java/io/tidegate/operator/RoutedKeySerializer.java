package io.tidegate.operator;

import io.tidegate.record.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of keys; the bytes are those of {@link KeyCodec}. */
public final class RoutedKeySerializer extends ImmutableSerializer<RoutedKey> {
  private static final long serialVersionUID = 1L;

  private transient KeyCodec codec;

  private KeyCodec codec() {
    if (codec == null) {
      codec = new KeyCodec();
    }
    return codec;
  }

  @Override
  public void serialize(RoutedKey key, DataOutputView target) throws IOException {
    codec().write(key, target);
  }

  @Override
  public RoutedKey deserialize(DataInputView source) throws IOException {
    return codec().read(source);
  }

  @Override
  public RoutedKeySerializer duplicate() {
    return new RoutedKeySerializer();
  }

  @Override
  public TypeSerializerSnapshot<RoutedKey> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Restores the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RoutedKey> {
    public Snapshot() {
      super(RoutedKeySerializer::new);
    }
  }
}
