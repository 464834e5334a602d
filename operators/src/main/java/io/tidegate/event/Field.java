package io.tidegate.event;

import java.io.Serializable;
import java.util.Objects;

/**
 * A field of an event type.
 *
 * @param name the field's name, not empty
 * @param type its type
 * @param nullable whether an event may lack it
 */
public record Field(String name, FieldType type, boolean nullable) implements Serializable {
  public Field {
    Objects.requireNonNull(type, "type");
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("a field has no name");
    }
  }
}
