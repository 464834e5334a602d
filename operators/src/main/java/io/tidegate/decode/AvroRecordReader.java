package io.tidegate.decode;

import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.EventType;
import io.tidegate.event.StreamDefinition;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads records of one writer schema straight into the slots of a stream's events: fields are
 * matched by name, numbers are widened, what the stream does not have is read over.
 */
final class AvroRecordReader {
  private final AvroFieldReader[] readers;
  private final List<Schema.Field> written;
  private BinaryDecoder in;

  /**
   * Resolves a writer schema against a stream.
   *
   * @throws DecodeException with {@code not_a_record} or {@code incompatible_schema} when no record
   *     of that schema can be an event of the stream
   */
  AvroRecordReader(Schema writer, StreamDefinition stream) throws DecodeException {
    if (writer.getType() != Schema.Type.RECORD) {
      throw new DecodeException(
          DeadLetterReason.NOT_A_RECORD, "the schema is " + writer.getType() + ", not a record");
    }
    requireFields(writer, stream);
    this.written = writer.getFields();
    this.readers = new AvroFieldReader[written.size()];
    AvroFieldReaders factory = new AvroFieldReaders(stream);
    for (int i = 0; i < readers.length; i++) {
      readers[i] = factory.of(written.get(i));
      if (readers[i] == null) {
        String name = written.get(i).name();
        throw new DecodeException(
            DeadLetterReason.INCOMPATIBLE_SCHEMA,
            "field '"
                + name
                + "' is written as "
                + written.get(i).schema()
                + ", and is "
                + stream.type().field(stream.type().indexOf(name)).type().text()
                + " in stream '"
                + stream.name()
                + "'");
      }
    }
  }

  private static void requireFields(Schema writer, StreamDefinition stream) throws DecodeException {
    EventType type = stream.type();
    for (int field = 0; field < type.size(); field++) {
      String name = type.field(field).name();
      if (writer.getField(name) == null && !AvroFieldReaders.mayBeAbsent(stream, field)) {
        throw new DecodeException(
            DeadLetterReason.INCOMPATIBLE_SCHEMA,
            "schema '"
                + writer.getFullName()
                + "' has no field '"
                + name
                + "', which stream '"
                + stream.name()
                + "' needs");
      }
    }
  }

  /**
   * Reads one record that ends where the bytes end.
   *
   * @param bytes holds the record
   * @param start index of the record's first byte
   */
  void read(byte[] bytes, int start, EventAssembler into) throws DecodeException {
    in = DecoderFactory.get().binaryDecoder(bytes, start, bytes.length - start, in);
    int field = 0;
    try {
      for (; field < readers.length; field++) {
        readers[field].read(in, into);
      }
      if (!in.isEnd()) {
        throw new DecodeException(
            DeadLetterReason.TRAILING_BYTES,
            "bytes are left after the record's last field (" + bytes.length + " bytes in all)");
      }
    } catch (EOFException e) {
      throw new DecodeException(
          DeadLetterReason.MALFORMED,
          "the value ends (" + bytes.length + " bytes) within " + at(field));
    } catch (IOException | AvroRuntimeException | UnsupportedOperationException e) {
      // Avro's decoder answers impossible lengths and numbers with one of these.
      throw new DecodeException(
          DeadLetterReason.MALFORMED, at(field) + " cannot be read: " + e.getMessage());
    }
  }

  private String at(int field) {
    return field < written.size() ? "field '" + written.get(field).name() + "'" : "the record";
  }
}
