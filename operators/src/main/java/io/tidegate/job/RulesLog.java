package io.tidegate.job;

import io.tidegate.operator.TopicLog;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.rules.LogRecord;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleStatus;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The rules log and the status topic. */
final class RulesLog {
  private static final byte[] EMPTY = {};

  private RulesLog() {}

  /** The log as the routers read it. */
  static TopicLog<LogRecord> log(PlanDefinition plan) {
    return new KafkaLog<>(
        plan.kafka(),
        plan.rulesLog().topic(),
        record -> new LogRecord(record.offset(), record.value() == null ? EMPTY : record.value()));
  }

  /** Status records as JSON, by rule; requests of records that named no rule by their request. */
  static KafkaRecordSerializationSchema<RuleStatus> statusRecords(PlanDefinition plan) {
    String topic = plan.rulesLog().statusTopic();
    return (status, context, timestamp) ->
        new ProducerRecord<>(
            topic,
            bytes(status.rule() == null ? status.request() : status.rule()),
            bytes(status.toJson()));
  }

  /** Requests of the job itself. */
  static KafkaRecordSerializationSchema<RuleChange> requestRecords(PlanDefinition plan) {
    String topic = plan.rulesLog().topic();
    return (change, context, timestamp) ->
        new ProducerRecord<>(
            topic, bytes(change.rule()), bytes(change.toLogRecord(System.currentTimeMillis())));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
