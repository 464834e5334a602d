package io.tidegate.sink;

import io.tidegate.event.FieldType;
import io.tidegate.record.Position;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/** Types of columns and the internal form of their values. */
final class ColumnTypes {
  static final LogicalType TEXT = new VarCharType(VarCharType.MAX_LENGTH);
  static final LogicalType BYTES = new VarBinaryType(VarBinaryType.MAX_LENGTH);
  static final LogicalType TIME = new LocalZonedTimestampType(6);
  static final LogicalType INT = new IntType();
  static final LogicalType LONG = new BigIntType();
  static final LogicalType DOUBLE = new DoubleType();
  static final LogicalType BOOLEAN = new BooleanType();
  static final LogicalType FLOATS = new ArrayType(new FloatType());
  static final LogicalType OUTPUTS = new MapType(TEXT, DOUBLE);
  static final RowType POSITION =
      row(List.of(field("topic", TEXT), field("partition", INT), field("offset", LONG)));

  private ColumnTypes() {}

  static RowType.RowField field(String name, LogicalType type) {
    return new RowType.RowField(name, type);
  }

  static RowType row(List<RowType.RowField> fields) {
    return new RowType(fields);
  }

  static LogicalType of(FieldType type) {
    return switch (type) {
      case BOOLEAN -> BOOLEAN;
      case LONG -> LONG;
      case DOUBLE -> DOUBLE;
      case STRING -> TEXT;
      case TIMESTAMP -> TIME;
    };
  }

  static StringData text(String value) {
    return value == null ? null : StringData.fromString(value);
  }

  /** A time from epoch milliseconds. */
  static TimestampData time(long epochMs) {
    return TimestampData.fromEpochMillis(epochMs);
  }

  static GenericRowData position(Position position) {
    return position == null
        ? null
        : GenericRowData.of(text(position.topic()), position.partition(), position.offset());
  }
}
