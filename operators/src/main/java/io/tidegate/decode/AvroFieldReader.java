package io.tidegate.decode;

import java.io.IOException;
import org.apache.avro.io.BinaryDecoder;

/** Reads one field of a writer's record, into its slot or over it. */
@FunctionalInterface
interface AvroFieldReader {
  /**
   * Reads the field.
   *
   * @throws IOException when the bytes end
   * @throws DecodeException when the value does not fit the stream's field
   */
  void read(BinaryDecoder in, EventAssembler into) throws IOException, DecodeException;
}
