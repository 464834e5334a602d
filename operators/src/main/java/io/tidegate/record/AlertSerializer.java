package io.tidegate.record;

import io.tidegate.event.SerializerTypeInformation;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of {@link Alert}, with a format version in front. */
public final class AlertSerializer extends ImmutableSerializer<Alert> {
  private static final long serialVersionUID = 1L;
  private static final int FORMAT = 1;
  private static final ScoreStatus[] STATUSES = ScoreStatus.values();

  /** The one instance. */
  public static final AlertSerializer INSTANCE = new AlertSerializer();

  /** Type information for operators that emit alerts. */
  public static final TypeInformation<Alert> TYPE =
      new SerializerTypeInformation<>(Alert.class, INSTANCE);

  @Override
  public void serialize(Alert alert, DataOutputView out) throws IOException {
    out.writeByte(FORMAT);
    MatchRecordCodec.writeString(alert.alertId(), out);
    MatchRecordCodec.write(alert.match(), out);
    out.writeByte(alert.status().ordinal());
    out.writeLong(alert.createdAt());
    if (alert.model() != null) {
      ScoreRecordSerializer.writeModel(alert.model(), out);
      out.writeDouble(alert.threshold());
      out.writeLong(alert.scoredAt());
    }
    if (alert.score() != null) {
      out.writeDouble(alert.score());
    }
  }

  @Override
  public Alert deserialize(DataInputView in) throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException("alert has format " + format + ", this version reads " + FORMAT);
    }
    String alertId = MatchRecordCodec.readString(in);
    MatchRecord match = MatchRecordCodec.read(in);
    ScoreStatus status = STATUSES[in.readUnsignedByte()];
    long createdAt = in.readLong();
    boolean seen = status != ScoreStatus.UNSCORED;
    ModelReference model = seen ? ScoreRecordSerializer.readModel(in) : null;
    Double threshold = seen ? (Double) in.readDouble() : null;
    Long scoredAt = seen ? (Long) in.readLong() : null;
    Double score = status == ScoreStatus.OK ? (Double) in.readDouble() : null;
    return new Alert(alertId, match, status, score, threshold, model, scoredAt, createdAt);
  }

  @Override
  public TypeSerializerSnapshot<Alert> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Restores the serializer; the format itself is versioned in the bytes. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Alert> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
