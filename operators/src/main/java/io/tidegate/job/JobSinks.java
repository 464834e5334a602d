package io.tidegate.job;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.Event;
import io.tidegate.event.LateEvent;
import io.tidegate.event.StreamDefinition;
import io.tidegate.plan.IcebergDefinition;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.Alert;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.ScoreRecord;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleStatus;
import io.tidegate.sink.AlertKafkaSerializer;
import io.tidegate.sink.DeadLetterKafkaSerializer;
import io.tidegate.sink.EventKeys;
import io.tidegate.sink.IcebergTables;
import io.tidegate.sink.KafkaSinks;
import io.tidegate.sink.LateEventKafkaSerializer;
import io.tidegate.sink.TableDefinition;
import io.tidegate.sink.Tables;
import io.tidegate.sink.WindowShape;
import java.time.Duration;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Where each of the job's outputs goes: topics always, tables where the plan names them. */
final class JobSinks {
  private final PlanDefinition plan;
  private final KafkaSinks kafka;
  private final IcebergTables iceberg;
  private final EventKeys keys;

  JobSinks(PlanDefinition plan, StreamExecutionEnvironment env) {
    this.plan = plan;
    Duration interval = Duration.ofMillis(env.getCheckpointInterval());
    kafka =
        new KafkaSinks(plan.kafka().bootstrap(), plan.name(), plan.kafka().properties(), interval);
    IcebergDefinition tables = plan.sinks().iceberg();
    iceberg =
        tables == null
            ? null
            : new IcebergTables(tables.catalog(), tables.properties(), tables.namespace());
    keys = new EventKeys(plan.streams());
  }

  void alerts(DataStream<Alert> alerts) {
    WindowShape shape =
        plan.window() == null
            ? null
            : new WindowShape(
                plan.window().name(), plan.window().channelNames(), plan.window().length());
    topic(
        alerts,
        "alerts",
        new AlertKafkaSerializer(
            plan.sinks().alertsTopic(), plan.name(), plan.alertsSchema(), shape),
        plan.sinks().exactlyOnce());
    table(alerts, Tables.ALERTS);
  }

  void matches(DataStream<MatchRecord> matches) {
    table(matches, Tables.MATCHES);
  }

  void timeouts(DataStream<MatchRecord> timeouts) {
    table(timeouts, Tables.TIMEOUTS);
  }

  void scores(DataStream<ScoreRecord> scores) {
    table(scores, Tables.SCORES);
  }

  void deadLetters(DataStream<DeadLetter> letters) {
    topic(
        letters,
        "dead-letters",
        new DeadLetterKafkaSerializer(plan.sinks().deadLettersTopic()),
        false);
    table(letters, Tables.DEAD_LETTERS);
  }

  void lateEvents(DataStream<LateEvent> events) {
    topic(
        events,
        "late-events",
        new LateEventKafkaSerializer(plan.sinks().lateEventsTopic(), keys),
        false);
    table(events, Tables.lateEvents(keys));
  }

  void quarantines(DataStream<RuleChange> requests) {
    topic(requests, "rules", RulesLog.requestRecords(plan), false);
  }

  void ruleStatus(DataStream<RuleStatus> status) {
    // One writer: what a second one writes could overtake what became of the change before.
    topic(status, "rule-status", RulesLog.statusRecords(plan), false).setParallelism(1);
  }

  void beats(DataStream<Long> beats) {
    // Not in the thread that reads events: a writer waits for the broker at checkpoints.
    topic(beats, "beats", Heartbeat.records(plan), false).setParallelism(1).disableChaining();
  }

  void events(StreamDefinition stream, DataStream<Event> events) {
    if (iceberg != null && stream.store()) {
      // With the source: handing over every event would cost more than the wait at checkpoints.
      iceberg.appendChained(events, Tables.events(stream.type()));
    }
  }

  private <T> DataStreamSink<T> topic(
      DataStream<T> records,
      String name,
      KafkaRecordSerializationSchema<T> serializer,
      boolean exactlyOnce) {
    return records
        .sinkTo(kafka.sink(name, serializer, exactlyOnce))
        .uid("topic-" + name)
        .name("topic-" + name);
  }

  private <T> void table(DataStream<T> records, TableDefinition<T> definition) {
    if (iceberg != null && plan.sinks().iceberg().tables().contains(definition.name())) {
      iceberg.append(records, definition);
    }
  }
}
