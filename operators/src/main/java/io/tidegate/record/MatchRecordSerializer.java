package io.tidegate.record;

import io.tidegate.event.SerializerTypeInformation;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of {@link MatchRecord}; the bytes are those of {@link MatchRecordCodec}. */
public final class MatchRecordSerializer extends ImmutableSerializer<MatchRecord> {
  private static final long serialVersionUID = 1L;

  /** The one instance. */
  public static final MatchRecordSerializer INSTANCE = new MatchRecordSerializer();

  /** Type information for operators that emit matches or timeouts. */
  public static final TypeInformation<MatchRecord> TYPE =
      new SerializerTypeInformation<>(MatchRecord.class, INSTANCE);

  @Override
  public void serialize(MatchRecord record, DataOutputView target) throws IOException {
    MatchRecordCodec.write(record, target);
  }

  @Override
  public MatchRecord deserialize(DataInputView source) throws IOException {
    return MatchRecordCodec.read(source);
  }

  @Override
  public TypeSerializerSnapshot<MatchRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Restores the serializer; the format itself is versioned in the bytes. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<MatchRecord> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
