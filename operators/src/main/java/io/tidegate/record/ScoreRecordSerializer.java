package io.tidegate.record;

import io.tidegate.event.SerializerTypeInformation;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of {@link ScoreRecord}, with a format version in front. */
public final class ScoreRecordSerializer extends ImmutableSerializer<ScoreRecord> {
  private static final long serialVersionUID = 1L;
  private static final int FORMAT = 1;
  private static final ScoreStatus[] STATUSES = ScoreStatus.values();

  /** The one instance. */
  public static final ScoreRecordSerializer INSTANCE = new ScoreRecordSerializer();

  /** Type information for operators that emit scores. */
  public static final TypeInformation<ScoreRecord> TYPE =
      new SerializerTypeInformation<>(ScoreRecord.class, INSTANCE);

  @Override
  public void serialize(ScoreRecord record, DataOutputView out) throws IOException {
    out.writeByte(FORMAT);
    MatchRecordCodec.write(record.match(), out);
    writeModel(record.model(), out);
    out.writeInt(record.outputs().size());
    for (Map.Entry<String, Double> output : record.outputs().entrySet()) {
      MatchRecordCodec.writeString(output.getKey(), out);
      out.writeDouble(output.getValue());
    }
    out.writeByte(record.status().ordinal());
    out.writeDouble(record.threshold());
    out.writeBoolean(record.alerted());
    out.writeLong(record.scoredAt());
  }

  @Override
  public ScoreRecord deserialize(DataInputView in) throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException("score has format " + format + ", this version reads " + FORMAT);
    }
    MatchRecord match = MatchRecordCodec.read(in);
    ModelReference model = readModel(in);
    Map<String, Double> outputs = new LinkedHashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      outputs.put(MatchRecordCodec.readString(in), in.readDouble());
    }
    return new ScoreRecord(
        match,
        model,
        outputs,
        STATUSES[in.readUnsignedByte()],
        in.readDouble(),
        in.readBoolean(),
        in.readLong());
  }

  static void writeModel(ModelReference model, DataOutput out) throws IOException {
    MatchRecordCodec.writeString(model.name(), out);
    MatchRecordCodec.writeString(model.version(), out);
    MatchRecordCodec.writeString(model.sha256(), out);
    MatchRecordCodec.writeString(model.provider(), out);
  }

  static ModelReference readModel(DataInput in) throws IOException {
    return new ModelReference(
        MatchRecordCodec.readString(in),
        MatchRecordCodec.readString(in),
        MatchRecordCodec.readString(in),
        MatchRecordCodec.readString(in));
  }

  @Override
  public TypeSerializerSnapshot<ScoreRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Restores the serializer; the format itself is versioned in the bytes. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ScoreRecord> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
