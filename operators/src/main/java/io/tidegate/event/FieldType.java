package io.tidegate.event;

import java.util.Locale;

/**
 * The type of a field of an event.
 *
 * <p>All types but {@link #STRING} live in {@link Event#numbers}: a boolean as 0 or 1, a double as
 * its raw bits, a timestamp as epoch milliseconds.
 */
public enum FieldType {
  BOOLEAN,
  LONG,
  DOUBLE,
  STRING,
  TIMESTAMP;

  /** The name that plans use: the lower-case name of the constant. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type that a plan names.
   *
   * @throws IllegalArgumentException when there is no such type
   */
  public static FieldType of(String text) {
    for (FieldType type : values()) {
      if (type.text().equals(text)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "no field type '" + text + "'; there are boolean, long, double, string, timestamp");
  }
}
