package io.tidegate.event;

import java.io.Serializable;

/**
 * How the values of a stream's records are written.
 *
 * @param kind the format
 * @param schema the Avro schema that records are written with; for {@link Kind#AVRO} only
 * @param registry the schema registry's URL; for {@link Kind#CONFLUENT_AVRO} only
 */
public record DecoderSpec(Kind kind, String schema, String registry) implements Serializable {
  /** The formats. */
  public enum Kind {
    AVRO,
    CONFLUENT_AVRO,
    JSON
  }

  public DecoderSpec {
    if (kind == Kind.AVRO && schema == null) {
      throw new IllegalArgumentException("an avro decoder needs the schema of its records");
    }
    if (kind == Kind.CONFLUENT_AVRO && registry == null) {
      throw new IllegalArgumentException("a confluent_avro decoder needs a registry URL");
    }
  }

  /** Avro records of one known schema, without any prefix. */
  public static DecoderSpec avro(String schema) {
    return new DecoderSpec(Kind.AVRO, schema, null);
  }

  /** Avro records in the Confluent wire format: byte 0, schema id (4 bytes), record. */
  public static DecoderSpec confluentAvro(String registry) {
    return new DecoderSpec(Kind.CONFLUENT_AVRO, null, registry);
  }

  /** One JSON object a record. */
  public static DecoderSpec json() {
    return new DecoderSpec(Kind.JSON, null, null);
  }
}
