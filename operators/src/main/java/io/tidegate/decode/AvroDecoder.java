package io.tidegate.decode;

import io.tidegate.event.StreamDefinition;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** Reads Avro records of one known schema, without any prefix. */
public final class AvroDecoder implements ValueDecoder {
  private final AvroRecordReader reader;

  /**
   * A decoder of a stream's records.
   *
   * @param stream its decoder names the schema that records are written with
   * @throws IllegalArgumentException when that schema is none, or cannot fill the stream's fields
   */
  public AvroDecoder(StreamDefinition stream) {
    try {
      reader = new AvroRecordReader(new Schema.Parser().parse(stream.decoder().schema()), stream);
    } catch (SchemaParseException e) {
      throw new IllegalArgumentException(
          stream + ": its Avro schema cannot be parsed: " + e.getMessage(), e);
    } catch (DecodeException e) {
      throw new IllegalArgumentException(stream + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void decode(byte[] value, EventAssembler into) throws DecodeException {
    into.begin();
    reader.read(value, 0, into);
  }
}
