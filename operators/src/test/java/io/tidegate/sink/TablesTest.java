package io.tidegate.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.event.Event;
import io.tidegate.record.Alert;
import io.tidegate.record.Alerts;
import io.tidegate.record.MatchRecords;
import io.tidegate.record.Position;
import io.tidegate.record.ScoreRecord;
import io.tidegate.record.WindowCut;
import io.tidegate.record.WindowStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;

class TablesTest {
  private static final WindowCut CUT =
      new WindowCut(
          WindowStatus.OK,
          new float[] {1, 2},
          1_000,
          2_000,
          new Position("t", 0, 6),
          new Position("t", 0, 7));

  @Test
  void aMatchKeepsItsWindowAndItsEvents() throws Exception {
    GenericRowData row = row(Tables.MATCHES, MatchRecords.match("m", CUT));

    assertThat(value(Tables.MATCHES, row, "match_id")).hasToString("m");
    assertThat(value(Tables.MATCHES, row, "end_time"))
        .isEqualTo(TimestampData.fromEpochMillis(2_000));
    assertThat(value(Tables.MATCHES, row, "measures")).hasToString("{\"total\":2.5}");
    assertThat(value(Tables.MATCHES, row, "window_status")).hasToString("ok");
    assertThat(row.getArray(Tables.MATCHES.rowType().getFieldIndex("window_values")).toFloatArray())
        .containsExactly(1, 2);
    assertThat(value(Tables.MATCHES, row, "window_last"))
        .isEqualTo(GenericRowData.of(StringData.fromString("t"), 0, 7L));
    assertThat(row.getArray(Tables.MATCHES.rowType().getFieldIndex("events")).size()).isEqualTo(1);
  }

  @Test
  void anInvalidScoreIsNullAndItsOutputsAreAsTheyWere() throws Exception {
    ScoreRecord score = Alerts.score(MatchRecords.match("m", CUT), Double.NaN);

    GenericRowData row = row(Tables.SCORES, score);

    assertThat(value(Tables.SCORES, row, "score")).isNull();
    assertThat(value(Tables.SCORES, row, "score_status")).hasToString("invalid");
    assertThat(row.getMap(Tables.SCORES.rowType().getFieldIndex("outputs")).size()).isEqualTo(2);
  }

  @Test
  void anEventKeepsItsTypesItsNullsAndItsPosition() throws Exception {
    TableDefinition<Event> table = Tables.events(Streams.JOINTS.type());

    GenericRowData row = row(table, Streams.event(5));

    assertThat(table.name()).isEqualTo("events_joints");
    assertThat(row)
        .isEqualTo(
            GenericRowData.of(
                StringData.fromString("ur|3"),
                TimestampData.fromEpochMillis(1_700_000_000_005L),
                Double.NaN,
                7L,
                true,
                null,
                StringData.fromString("cobot-joints"),
                3,
                5L,
                TimestampData.fromEpochMillis(1_700_000_000_005L)));
  }

  @Test
  void columnsFollowTheTableAndUnknownOnesStayNull() throws Exception {
    List<RowType.RowField> fields = new ArrayList<>(Tables.ALERTS.rowType().getFields());
    Collections.reverse(fields);
    fields.add(2, new RowType.RowField("added_later", new IntType()));
    Alert alert = Alert.unscored(MatchRecords.match("m", WindowCut.NONE), 3);

    GenericRowData row = (GenericRowData) Tables.ALERTS.bind(new RowType(fields)).map(alert);

    assertThat(row.getField(2)).isNull();
    assertThat(row.getField(fields.size() - 1)).hasToString(alert.alertId());
  }

  @Test
  void aTableOfAnotherFormIsRefusedWithEveryDifference() {
    List<RowType.RowField> fields = new ArrayList<>(Tables.TIMEOUTS.rowType().getFields());
    fields.removeIf(field -> field.getName().equals("summary"));
    fields.replaceAll(
        field ->
            field.getName().equals("rule_version")
                ? new RowType.RowField("rule_version", new BigIntType())
                : field);
    fields.add(new RowType.RowField("site", new IntType(false)));

    assertThatThrownBy(() -> Tables.TIMEOUTS.bind(new RowType(fields)))
        .isInstanceOf(TableMismatchException.class)
        .hasMessage(
            "table timeouts has column rule_version BIGINT, expected INT; lacks column summary "
                + "STRING; requires column site, which the job does not fill");
  }

  @Property(tries = 100)
  void everyRowSurvivesFlinksSerializer(
      @ForAll("alerts") Alert alert, @ForAll("scores") ScoreRecord score) throws Exception {
    assertSerializable(Tables.ALERTS, alert);
    assertSerializable(Tables.SCORES, score);
    assertSerializable(Tables.MATCHES, score.match());
    assertSerializable(Tables.TIMEOUTS, alert.match());
  }

  private static <T> void assertSerializable(TableDefinition<T> table, T record) throws Exception {
    RowData row = row(table, record);
    RowData copy = InternalTypeInfo.of(table.rowType()).toRowSerializer().toBinaryRow(row).copy();
    assertThat(copy.getArity()).isEqualTo(row.getArity());
    for (int i = 0; i < row.getArity(); i++) {
      assertThat(copy.isNullAt(i)).isEqualTo(row.isNullAt(i));
    }
  }

  @Provide
  Arbitrary<Alert> alerts() {
    return Alerts.any();
  }

  @Provide
  Arbitrary<ScoreRecord> scores() {
    return Alerts.anyScore();
  }

  static <T> GenericRowData row(TableDefinition<T> table, T record) throws Exception {
    return (GenericRowData) table.bind(table.rowType()).map(record);
  }

  private static Object value(TableDefinition<?> table, GenericRowData row, String column) {
    return row.getField(table.rowType().getFieldIndex(column));
  }
}
