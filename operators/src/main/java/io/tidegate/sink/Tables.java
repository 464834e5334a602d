package io.tidegate.sink;

import static io.tidegate.sink.ColumnTypes.BOOLEAN;
import static io.tidegate.sink.ColumnTypes.BYTES;
import static io.tidegate.sink.ColumnTypes.DOUBLE;
import static io.tidegate.sink.ColumnTypes.INT;
import static io.tidegate.sink.ColumnTypes.LONG;
import static io.tidegate.sink.ColumnTypes.OUTPUTS;
import static io.tidegate.sink.ColumnTypes.TEXT;
import static io.tidegate.sink.ColumnTypes.TIME;
import static io.tidegate.sink.ColumnTypes.text;
import static io.tidegate.sink.ColumnTypes.time;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.Event;
import io.tidegate.event.EventJson;
import io.tidegate.event.EventType;
import io.tidegate.event.LateEvent;
import io.tidegate.record.Alert;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.ModelReference;
import io.tidegate.record.ScoreRecord;
import io.tidegate.sink.TableDefinition.Builder;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.StringData;

/**
 * The tables that a pipeline fills. {@code connectors/tables.py} creates them with the same columns
 * and documents each; a job that meets another table refuses to start.
 */
public final class Tables {
  /** Complete matches, with the samples of their windows. */
  public static final TableDefinition<MatchRecord> MATCHES =
      new Builder<MatchRecord>("matches")
          .with(MatchColumns.identity(m -> m))
          .with(MatchColumns.content(m -> m))
          .with(MatchColumns.window(m -> m))
          .with(MatchColumns.samples(m -> m))
          .build();

  /** Partial matches that ran out of time. */
  public static final TableDefinition<MatchRecord> TIMEOUTS =
      new Builder<MatchRecord>("timeouts")
          .with(MatchColumns.identity(m -> m))
          .with(MatchColumns.content(m -> m))
          .add("timed_out_at", TIME, m -> time(m.timedOutAt()))
          .build();

  /** What the model made of every window. */
  public static final TableDefinition<ScoreRecord> SCORES =
      new Builder<ScoreRecord>("scores")
          .with(MatchColumns.identity(ScoreRecord::match))
          .with(MatchColumns.window(ScoreRecord::match))
          .add("score", DOUBLE, ScoreRecord::score)
          .add("score_status", TEXT, s -> text(s.status().text()))
          .add("outputs", OUTPUTS, s -> outputs(s.outputs()))
          .add("threshold", DOUBLE, ScoreRecord::threshold)
          .add("alerted", BOOLEAN, ScoreRecord::alerted)
          .add("scored_at", TIME, s -> time(s.scoredAt()))
          .with(model(ScoreRecord::model))
          .build();

  /** Alerts, as they go to the topic. */
  public static final TableDefinition<Alert> ALERTS =
      new Builder<Alert>("alerts")
          .add("alert_id", TEXT, a -> text(a.alertId()))
          .with(MatchColumns.identity(Alert::match))
          .with(MatchColumns.content(Alert::match))
          .with(MatchColumns.window(Alert::match))
          .add("score", DOUBLE, Alert::score)
          .add("threshold", DOUBLE, Alert::threshold)
          .add("score_status", TEXT, a -> text(a.status().text()))
          .add("scored_at", TIME, a -> timeOrNull(a.scoredAt()))
          .add("created_at", TIME, a -> time(a.createdAt()))
          .with(model(Alert::model))
          .build();

  /** Records that did not become events. */
  public static final TableDefinition<DeadLetter> DEAD_LETTERS =
      new Builder<DeadLetter>("dead_letters")
          .add("stream", TEXT, d -> text(d.streamName()))
          .add("reason", TEXT, d -> text(d.reason().code()))
          .add("detail", TEXT, d -> text(d.detail()))
          .add("topic", TEXT, d -> text(d.topic()))
          .add("partition", INT, DeadLetter::partition)
          .add("offset", LONG, DeadLetter::offset)
          // Kafka marks a record without a time by -1; the column is what days are cut by.
          .add("record_time", TIME, d -> time(Math.max(0, d.recordTimestamp())))
          .add("record_key", BYTES, DeadLetter::key)
          .add("record_value", BYTES, DeadLetter::value)
          .build();

  private Tables() {}

  /** Gives the model of a record. */
  private interface ModelOf<T> extends Function<T, ModelReference>, Serializable {}

  private static <T> UnaryOperator<Builder<T>> model(ModelOf<T> model) {
    return table ->
        table
            .add("model_name", TEXT, r -> part(model.apply(r), ModelReference::name))
            .add("model_version", TEXT, r -> part(model.apply(r), ModelReference::version))
            .add("model_sha256", TEXT, r -> part(model.apply(r), ModelReference::sha256))
            .add("provider", TEXT, r -> part(model.apply(r), ModelReference::provider));
  }

  private static Object part(ModelReference model, Function<ModelReference, String> part) {
    return model == null ? null : text(part.apply(model));
  }

  private static Object timeOrNull(Long epochMs) {
    return epochMs == null ? null : time(epochMs);
  }

  private static GenericMapData outputs(Map<String, Double> outputs) {
    Map<Object, Object> map = new HashMap<>();
    outputs.forEach((name, value) -> map.put(text(name), value));
    return new GenericMapData(map);
  }

  /**
   * Events that came after their time.
   *
   * @param keys the key of an event by its stream
   */
  public static TableDefinition<LateEvent> lateEvents(EventKeys keys) {
    return new Builder<LateEvent>("late_events")
        .add("stream", TEXT, l -> text(l.event().type.name()))
        .add("key", TEXT, l -> text(keys.of(l.event())))
        .add("event_time", TIME, l -> time(l.event().timestamp))
        .add("partition_time", TIME, l -> time(l.partitionTime()))
        .add("lateness_ms", LONG, LateEvent::latenessMs)
        .add("topic", TEXT, l -> text(l.event().topicName()))
        .add("partition", INT, l -> l.event().partition)
        .add("offset", LONG, l -> l.event().offset)
        .add("event", TEXT, l -> StringData.fromBytes(EventJson.write(l.event())))
        .build();
  }

  /** The events of one stream with their typed fields and where they were read. */
  public static TableDefinition<Event> events(EventType type) {
    Builder<Event> table = new Builder<>("events_" + type.name());
    for (int i = 0; i < type.size(); i++) {
      table.add(type.field(i).name(), ColumnTypes.of(type.field(i).type()), value(type, i));
    }
    return table
        .add("_topic", TEXT, e -> text(e.topicName()))
        .add("_partition", INT, e -> e.partition)
        .add("_offset", LONG, e -> e.offset)
        .add("_event_time", TIME, e -> time(e.timestamp))
        .build();
  }

  private static Column.Value<Event> value(EventType type, int index) {
    int slot = type.slot(index);
    return switch (type.field(index).type()) {
      case BOOLEAN -> e -> e.isNull(index) ? null : (Object) (e.longAt(slot) != 0);
      case LONG -> e -> e.isNull(index) ? null : (Object) e.longAt(slot);
      case DOUBLE -> e -> e.isNull(index) ? null : (Object) e.doubleAt(slot);
      case STRING -> e -> text(e.stringAt(slot));
      case TIMESTAMP -> e -> e.isNull(index) ? null : time(e.longAt(slot));
    };
  }
}
