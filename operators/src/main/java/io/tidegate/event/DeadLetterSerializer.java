package io.tidegate.event;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Flink serializer of dead letters; the format is versioned in the bytes. */
public final class DeadLetterSerializer extends ImmutableTypeSerializer<DeadLetter> {
  private static final long serialVersionUID = 1L;
  private static final int FORMAT = 1;
  private static final int NULL = -1;

  /** The one instance. */
  public static final DeadLetterSerializer INSTANCE = new DeadLetterSerializer();

  private DeadLetterSerializer() {}

  private Object readResolve() {
    return INSTANCE;
  }

  @Override
  public void serialize(DeadLetter letter, DataOutputView out) throws IOException {
    out.writeByte(FORMAT);
    out.writeInt(letter.stream());
    writeText(letter.streamName(), out);
    writeText(letter.reason().code(), out);
    writeText(letter.detail(), out);
    writeText(letter.topic(), out);
    out.writeInt(letter.partition());
    out.writeLong(letter.offset());
    out.writeLong(letter.recordTimestamp());
    writeBytes(letter.key(), out);
    writeBytes(letter.value(), out);
    out.writeInt(letter.headers().size());
    for (DeadLetter.Header header : letter.headers()) {
      writeText(header.name(), out);
      writeBytes(header.value(), out);
    }
  }

  @Override
  public DeadLetter deserialize(DataInputView in) throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException("a dead letter in format " + format + ", not " + FORMAT);
    }
    return new DeadLetter(
        in.readInt(),
        readText(in),
        DeadLetterReason.of(readText(in)),
        readText(in),
        readText(in),
        in.readInt(),
        in.readLong(),
        in.readLong(),
        readBytes(in),
        readBytes(in),
        readHeaders(in));
  }

  private static List<DeadLetter.Header> readHeaders(DataInputView in) throws IOException {
    int count = in.readInt();
    List<DeadLetter.Header> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      headers.add(new DeadLetter.Header(readText(in), readBytes(in)));
    }
    return List.copyOf(headers);
  }

  private static void writeText(String text, DataOutputView out) throws IOException {
    writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
  }

  private static String readText(DataInputView in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
    out.writeInt(bytes == null ? NULL : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static byte[] readBytes(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length == NULL) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  @Override
  public TypeSerializer<DeadLetter> duplicate() {
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeadLetterSerializer;
  }

  @Override
  public int hashCode() {
    return DeadLetterSerializer.class.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<DeadLetter> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Restores the one instance. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<DeadLetter> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
