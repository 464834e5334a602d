package io.tidegate.operator;

import io.tidegate.record.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Flink serializer of keys: index of the expression, then the text. */
public final class RoutedKeySerializer extends ImmutableSerializer<RoutedKey> {
  private static final long serialVersionUID = 1L;

  /** The one instance. */
  public static final RoutedKeySerializer INSTANCE = new RoutedKeySerializer();

  @Override
  public void serialize(RoutedKey key, DataOutputView target) throws IOException {
    target.writeShort(key.expression());
    StringValue.writeString(key.text(), target);
  }

  @Override
  public RoutedKey deserialize(DataInputView source) throws IOException {
    return new RoutedKey(source.readShort(), StringValue.readString(source));
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    target.writeShort(source.readShort());
    StringValue.copyString(source, target);
  }

  @Override
  public TypeSerializerSnapshot<RoutedKey> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Restores the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RoutedKey> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
