package io.tidegate.decode;

import io.tidegate.event.StreamDefinition;

/** Decoders by the kind that a stream declares. */
public final class Decoders {
  private Decoders() {}

  /**
   * The decoder of a stream.
   *
   * @throws IllegalArgumentException when its specification cannot work: an Avro schema that is
   *     none or does not fill the stream's fields, a registry URL that is none
   */
  public static ValueDecoder of(StreamDefinition stream) {
    return switch (stream.decoder().kind()) {
      case AVRO -> new AvroDecoder(stream);
      case CONFLUENT_AVRO -> new ConfluentAvroDecoder(stream);
      case JSON -> new JsonDecoder(stream);
    };
  }
}
