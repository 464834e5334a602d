package io.tidegate.sink;

import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * A column of a table and how its value is had from a record.
 *
 * @param <T> the record
 * @param name the column's name
 * @param type its type; nullability is the table's business
 * @param value gives the value in Flink's internal form, or null
 */
public record Column<T>(String name, LogicalType type, Value<T> value) implements Serializable {
  public Column {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(value, "value");
  }

  /**
   * Gives one value of a record.
   *
   * @param <T> the record
   */
  @FunctionalInterface
  public interface Value<T> extends Serializable {
    /** The value in Flink's internal form, or null. */
    Object of(T record);
  }
}
