package io.tidegate.event;

import java.util.Locale;

/** Why a record became a dead letter. The codes are stable: tables and dashboards hold them. */
public enum DeadLetterReason {
  /** The record has no value (a tombstone). */
  NULL_VALUE,
  /** The value has no bytes. */
  EMPTY_VALUE,
  /** The bytes are not what the decoder reads: broken JSON, cut-off or impossible Avro. */
  MALFORMED,
  /** Bytes are left after a whole event. */
  TRAILING_BYTES,
  /** The value is well-formed but is not a record or object. */
  NOT_A_RECORD,
  /** The value does not begin with the Confluent wire format's byte 0. */
  BAD_MAGIC_BYTE,
  /** The schema registry does not know the schema id. */
  UNKNOWN_SCHEMA,
  /** The schema that the value was written with cannot fill the stream's fields. */
  INCOMPATIBLE_SCHEMA,
  /** A field holds a value of another type. */
  WRONG_TYPE,
  /** A number does not fit its field. */
  NUMBER_OUT_OF_RANGE,
  /** A field that may not be null is missing or null. */
  MISSING_FIELD,
  /** A key field is missing or null. */
  MISSING_KEY,
  /** A key field is an empty string. */
  EMPTY_KEY,
  /** A key field is not a number (NaN). */
  INVALID_KEY,
  /** The event time is missing or null. */
  MISSING_TIMESTAMP,
  /** The event time cannot be read as a time. */
  INVALID_TIMESTAMP,
  /** The event time is further ahead than the stream's bound. */
  TIMESTAMP_IN_FUTURE;

  /** The stable code: the constant's name in lower case. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The reason of a code.
   *
   * @throws IllegalArgumentException when there is no such code
   */
  public static DeadLetterReason of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
