package io.tidegate.job;

import io.tidegate.plan.PlanDefinition;
import io.tidegate.rules.LogRecord;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The rules log as a source and the status topic as a sink. */
final class RulesLog {
  private static final byte[] EMPTY = {};

  private RulesLog() {}

  /**
   * Reads the log from its beginning, and to its present end where all streams end too. It has no
   * event time.
   */
  static DataStream<LogRecord> source(StreamExecutionEnvironment env, PlanDefinition plan) {
    Properties properties = new Properties();
    properties.putAll(plan.kafka().properties());
    properties.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    KafkaSourceBuilder<LogRecord> source =
        KafkaSource.<LogRecord>builder()
            .setProperties(properties)
            .setBootstrapServers(plan.kafka().bootstrap())
            .setGroupId(plan.kafka().group() + "-rules")
            .setClientIdPrefix(plan.kafka().group() + "-rules")
            .setTopics(plan.rulesLog().topic())
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new Deserializer());
    if (plan.bounded()) {
      source.setBounded(OffsetsInitializer.latest());
    }
    return env.fromSource(
            source.build(), WatermarkStrategy.noWatermarks(), "rules-log", LogRecord.TYPE)
        .setParallelism(1)
        .uid("rules-log");
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

  private static final class Deserializer implements KafkaRecordDeserializationSchema<LogRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<LogRecord> out)
        throws IOException {
      out.collect(new LogRecord(record.offset(), record.value() == null ? EMPTY : record.value()));
    }

    @Override
    public TypeInformation<LogRecord> getProducedType() {
      return LogRecord.TYPE;
    }
  }
}
