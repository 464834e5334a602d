package io.tidegate.sink;

import static io.tidegate.sink.ColumnTypes.BOOLEAN;
import static io.tidegate.sink.ColumnTypes.FLOATS;
import static io.tidegate.sink.ColumnTypes.INT;
import static io.tidegate.sink.ColumnTypes.LONG;
import static io.tidegate.sink.ColumnTypes.POSITION;
import static io.tidegate.sink.ColumnTypes.TEXT;
import static io.tidegate.sink.ColumnTypes.TIME;
import static io.tidegate.sink.ColumnTypes.field;
import static io.tidegate.sink.ColumnTypes.position;
import static io.tidegate.sink.ColumnTypes.text;
import static io.tidegate.sink.ColumnTypes.time;

import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchedEvent;
import io.tidegate.record.WindowCut;
import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;

/** Columns about a match, for every table that speaks of one. */
final class MatchColumns {
  private static final LogicalType EVENTS =
      new ArrayType(
          ColumnTypes.row(
              List.of(
                  field("stage", TEXT),
                  field("stream", TEXT),
                  field("event_time", TIME),
                  field("topic", TEXT),
                  field("partition", INT),
                  field("offset", LONG),
                  field("identity", TEXT))));

  private MatchColumns() {}

  /** Gives the match of a record. */
  interface MatchOf<T> extends Function<T, MatchRecord>, Serializable {}

  /** What names a match: id, rule, key, event times. */
  static <T> UnaryOperator<TableDefinition.Builder<T>> identity(MatchOf<T> match) {
    return table ->
        table
            .add("match_id", TEXT, r -> text(match.apply(r).matchId()))
            .add("rule_id", TEXT, r -> text(match.apply(r).rule().id()))
            .add("rule_version", INT, r -> match.apply(r).rule().version())
            .add("key", TEXT, r -> text(match.apply(r).key()))
            .add("start_time", TIME, r -> time(match.apply(r).startTimestamp()))
            .add("end_time", TIME, r -> time(match.apply(r).endTimestamp()))
            .add("detected_at", TIME, r -> time(match.apply(r).detectedAt()));
  }

  /** What a match holds beyond its name. */
  static <T> UnaryOperator<TableDefinition.Builder<T>> content(MatchOf<T> match) {
    return table ->
        table
            .add("fingerprint", TEXT, r -> text(match.apply(r).rule().fingerprint()))
            .add("severity", TEXT, r -> text(match.apply(r).rule().severity()))
            .add("shadow", BOOLEAN, r -> match.apply(r).rule().shadow())
            .add("measures", TEXT, r -> text(Json.object(match.apply(r).measures())))
            .add("summary", TEXT, r -> text(match.apply(r).summary()))
            .add("events", EVENTS, r -> events(match.apply(r).events()));
  }

  /** What became of the window, and where it lies. */
  static <T> UnaryOperator<TableDefinition.Builder<T>> window(MatchOf<T> match) {
    return table ->
        table
            .add("window_status", TEXT, r -> text(match.apply(r).window().status().text()))
            .add("window_start", TIME, r -> cutTime(match.apply(r).window(), true))
            .add("window_end", TIME, r -> cutTime(match.apply(r).window(), false))
            .add("window_first", POSITION, r -> position(match.apply(r).window().first()))
            .add("window_last", POSITION, r -> position(match.apply(r).window().last()));
  }

  /** The window's samples: [channels * length], row-major. */
  static <T> UnaryOperator<TableDefinition.Builder<T>> samples(MatchOf<T> match) {
    return table -> table.add("window_values", FLOATS, r -> samples(match.apply(r).window()));
  }

  private static Object samples(WindowCut cut) {
    return cut.values() == null ? null : new GenericArrayData(cut.values());
  }

  private static Object cutTime(WindowCut cut, boolean start) {
    return cut.first() == null ? null : time(start ? cut.startTimestamp() : cut.endTimestamp());
  }

  private static GenericArrayData events(List<MatchedEvent> events) {
    Object[] rows = new Object[events.size()];
    for (int i = 0; i < rows.length; i++) {
      MatchedEvent event = events.get(i);
      rows[i] =
          GenericRowData.of(
              text(event.stage()),
              text(event.stream()),
              time(event.timestamp()),
              text(event.position().topic()),
              event.position().partition(),
              event.position().offset(),
              text(event.identity()));
    }
    return new GenericArrayData(rows);
  }
}
