package io.tidegate.decode;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * How many records of a stream came in and what became of them: in = dead + late + accepted.
 *
 * <p>Part of the state, so the sum holds across restores. One subtask's share.
 */
final class StreamCounts {
  private static final int FORMAT = 1;

  private final String stream;
  private long dead;
  private long late;
  private long accepted;

  StreamCounts(String stream) {
    this.stream = stream;
  }

  String stream() {
    return stream;
  }

  void countDead() {
    dead++;
  }

  void countLate() {
    late++;
  }

  void countAccepted() {
    accepted++;
  }

  long in() {
    return dead + late + accepted;
  }

  long dead() {
    return dead;
  }

  long late() {
    return late;
  }

  long accepted() {
    return accepted;
  }

  void add(StreamCounts other) {
    dead += other.dead;
    late += other.late;
    accepted += other.accepted;
  }

  void register(MetricGroup operator) {
    MetricGroup group = operator.addGroup("stream", stream);
    group.gauge("tidegate_in", (Gauge<Long>) this::in);
    group.gauge("tidegate_dead", (Gauge<Long>) this::dead);
    group.gauge("tidegate_late", (Gauge<Long>) this::late);
    group.gauge("tidegate_accepted", (Gauge<Long>) this::accepted);
  }

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(FORMAT);
    out.writeUTF(stream);
    out.writeLong(dead);
    out.writeLong(late);
    out.writeLong(accepted);
    return bytes.toByteArray();
  }

  static StreamCounts of(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException(
          "stored counts have format " + format + "; this version reads " + FORMAT);
    }
    StreamCounts counts = new StreamCounts(in.readUTF());
    counts.dead = in.readLong();
    counts.late = in.readLong();
    counts.accepted = in.readLong();
    return counts;
  }
}
