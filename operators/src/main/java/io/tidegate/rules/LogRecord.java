package io.tidegate.rules;

import io.tidegate.event.SerializerTypeInformation;
import io.tidegate.record.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A record of the rules log as it was read.
 *
 * @param offset where it stands
 * @param value what it holds; empty where the record had no value
 */
public record LogRecord(long offset, byte[] value) {
  /** Type of the records. */
  public static final TypeInformation<LogRecord> TYPE =
      new SerializerTypeInformation<>(LogRecord.class, new Serializer());

  /** Serializer of log records. */
  public static final class Serializer extends ImmutableSerializer<LogRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(LogRecord record, DataOutputView target) throws IOException {
      target.writeLong(record.offset());
      target.writeInt(record.value().length);
      target.write(record.value());
    }

    @Override
    public LogRecord deserialize(DataInputView source) throws IOException {
      long offset = source.readLong();
      byte[] value = new byte[source.readInt()];
      source.readFully(value);
      return new LogRecord(offset, value);
    }

    @Override
    public TypeSerializerSnapshot<LogRecord> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Restores the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<LogRecord> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
