package io.tidegate.decode;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * How far event time has come in a partition, as operator state holds it: by names, so that a plan
 * may reorder its streams and topics.
 *
 * @param partition which partition
 * @param greatest the greatest event time seen in it, epoch milliseconds
 */
record PartitionProgress(Id partition, long greatest) {
  private static final int FORMAT = 1;

  /**
   * A partition of a topic, read for a stream.
   *
   * @param stream the stream's name
   * @param topic the topic's name
   * @param partition the partition's number
   */
  record Id(String stream, String topic, int partition) {
    /** Whether a subtask keeps the progress of a partition that no subtask has read since. */
    boolean keptBy(int subtask, int parallelism) {
      return Math.floorMod(hashCode(), parallelism) == subtask;
    }
  }

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(FORMAT);
    out.writeUTF(partition.stream);
    out.writeUTF(partition.topic);
    out.writeInt(partition.partition);
    out.writeLong(greatest);
    return bytes.toByteArray();
  }

  static PartitionProgress of(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException(
          "stored partition progress has format " + format + "; this version reads " + FORMAT);
    }
    return new PartitionProgress(new Id(in.readUTF(), in.readUTF(), in.readInt()), in.readLong());
  }
}
