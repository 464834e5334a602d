package io.tidegate.sink;

import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/**
 * Records as rows of one table, in the order of its columns.
 *
 * @param <T> the record
 */
public final class RowConverter<T> implements MapFunction<T, RowData> {
  private static final long serialVersionUID = 1L;

  private final Column.Value<T>[] values;

  @SuppressWarnings({"unchecked", "rawtypes"})
  RowConverter(List<Column.Value<T>> values) {
    this.values = values.toArray(new Column.Value[0]);
  }

  @Override
  public RowData map(T record) {
    GenericRowData row = new GenericRowData(values.length);
    for (int i = 0; i < values.length; i++) {
      row.setField(i, values[i] == null ? null : values[i].of(record));
    }
    return row;
  }
}
