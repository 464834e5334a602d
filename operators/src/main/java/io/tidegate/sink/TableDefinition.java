package io.tidegate.sink;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/**
 * A table as the job writes it.
 *
 * @param <T> the record that becomes a row
 * @param name the table's name within the namespace
 * @param columns its columns
 */
public record TableDefinition<T>(String name, List<Column<T>> columns) implements Serializable {
  public TableDefinition {
    Objects.requireNonNull(name, "name");
    columns = List.copyOf(columns);
  }

  /** The row type of the columns in this order, all nullable. */
  public RowType rowType() {
    return new RowType(
        columns.stream().map(c -> new RowType.RowField(c.name(), c.type().copy(true))).toList());
  }

  /**
   * The converter to rows of a table. Columns that the table has and the job does not know stay
   * null.
   *
   * @param table the table's row type, as it lies in the catalog
   * @throws TableMismatchException when a column is missing, has another type, or must not be null
   *     and is unknown here; the message names every difference
   */
  public RowConverter<T> bind(RowType table) {
    List<String> differences = new ArrayList<>();
    List<Column.Value<T>> values = new ArrayList<>();
    for (int i = 0; i < table.getFieldCount(); i++) {
      values.add(null);
    }
    for (Column<T> column : columns) {
      int index = table.getFieldIndex(column.name());
      if (index < 0) {
        differences.add("lacks column " + column.name() + " " + summary(column.type()));
      } else if (!sameShape(column.type(), table.getTypeAt(index))) {
        differences.add(
            "has column "
                + column.name()
                + " "
                + summary(table.getTypeAt(index))
                + ", expected "
                + summary(column.type()));
      } else {
        values.set(index, column.value());
      }
    }
    for (int i = 0; i < values.size(); i++) {
      String column = table.getFieldNames().get(i);
      boolean known = columns.stream().anyMatch(c -> c.name().equals(column));
      if (!known && !table.getTypeAt(i).isNullable()) {
        differences.add("requires column " + column + ", which the job does not fill");
      }
    }
    if (!differences.isEmpty()) {
      throw new TableMismatchException(name, differences);
    }
    return new RowConverter<>(values);
  }

  private static String summary(LogicalType type) {
    return type.copy(true).asSummaryString();
  }

  /** Whether two types hold the same values, nullability aside. */
  private static boolean sameShape(LogicalType a, LogicalType b) {
    if (a.getTypeRoot() != b.getTypeRoot()
        || a.getChildren().size() != b.getChildren().size()
        || (a instanceof RowType x
            && b instanceof RowType y
            && !x.getFieldNames().equals(y.getFieldNames()))) {
      return false;
    }
    if (a.getChildren().isEmpty() && a.getTypeRoot() != LogicalTypeRoot.VARBINARY) {
      return a.copy(true).equals(b.copy(true));
    }
    for (int i = 0; i < a.getChildren().size(); i++) {
      if (!sameShape(a.getChildren().get(i), b.getChildren().get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Collects the columns of a table.
   *
   * @param <T> the record that becomes a row
   */
  static final class Builder<T> {
    private final String name;
    private final List<Column<T>> columns = new ArrayList<>();

    Builder(String name) {
      this.name = name;
    }

    Builder<T> add(String column, LogicalType type, Column.Value<T> value) {
      columns.add(new Column<>(column, type, value));
      return this;
    }

    /** Adds columns that several tables share. */
    Builder<T> with(UnaryOperator<Builder<T>> group) {
      return group.apply(this);
    }

    TableDefinition<T> build() {
      return new TableDefinition<>(name, columns);
    }
  }
}
