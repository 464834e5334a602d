package io.tidegate.decode;

import java.io.IOException;

/** Reads the value of a record into the slots of an event. Not thread-safe. */
public interface ValueDecoder {
  /**
   * Reads one value.
   *
   * @param value all bytes of it; not empty
   * @param into receives the fields; a field that is not set is null
   * @throws DecodeException when the value is not an event of the stream
   * @throws IOException when what is needed to tell, such as a schema registry, is out of reach:
   *     the record may be good, so the job fails and tries again
   */
  void decode(byte[] value, EventAssembler into) throws DecodeException, IOException;
}
