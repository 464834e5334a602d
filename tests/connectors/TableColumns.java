import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.sink.Column;
import io.tidegate.sink.TableDefinition;
import io.tidegate.sink.Tables;
import java.util.List;

/** Prints table, column and type of every table that the job writes, tabs between. */
public class TableColumns {
  public static void main(String[] arguments) {
    Field[] fields = new Field[FieldType.values().length];
    for (FieldType type : FieldType.values()) {
      fields[type.ordinal()] = new Field("a_" + type.text(), type, true);
    }
    List<TableDefinition<?>> tables =
        List.of(
            Tables.MATCHES,
            Tables.TIMEOUTS,
            Tables.SCORES,
            Tables.ALERTS,
            Tables.DEAD_LETTERS,
            Tables.lateEvents(null),
            Tables.events(EventType.of("all", fields)));
    for (TableDefinition<?> table : tables) {
      for (Column<?> column : table.columns()) {
        String type = column.type().asSerializableString();
        System.out.println(table.name() + "\t" + column.name() + "\t" + type);
      }
    }
  }
}
