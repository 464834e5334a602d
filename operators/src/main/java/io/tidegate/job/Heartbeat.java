package io.tidegate.job;

import io.tidegate.plan.PlanDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The topic of beats as a source and, where the job writes them, as a sink. */
final class Heartbeat {
  // One key: a compacted topic keeps the last beat for ever, and no other is ever needed.
  private static final byte[] KEY = "beat".getBytes(StandardCharsets.US_ASCII);

  private final DataStream<Long> times;
  private final DataStream<Long> written;

  private Heartbeat(DataStream<Long> times, DataStream<Long> written) {
    this.times = times;
    this.written = written;
  }

  /**
   * Reads beats from the topic's beginning, and to its present end where all streams end too; then
   * none is written either.
   */
  static Heartbeat of(StreamExecutionEnvironment env, PlanDefinition plan) {
    SingleOutputStreamOperator<Long> read =
        env.fromSource(source(plan), WatermarkStrategy.noWatermarks(), "beats", Types.LONG)
            .setParallelism(1)
            .uid("beats");
    if (!plan.writesBeats()) {
      return new Heartbeat(read, null);
    }
    SingleOutputStreamOperator<Long> passed =
        read.transform("beat-writer", Types.LONG, new BeatWriter(plan.heartbeat().intervalMs()))
            .setParallelism(1)
            .uid("beat-writer");
    return new Heartbeat(passed, passed.getSideOutput(BeatWriter.BEATS));
  }

  private static KafkaSource<Long> source(PlanDefinition plan) {
    Properties properties = new Properties();
    properties.putAll(plan.kafka().properties());
    properties.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    KafkaSourceBuilder<Long> source =
        KafkaSource.<Long>builder()
            .setProperties(properties)
            .setBootstrapServers(plan.kafka().bootstrap())
            .setGroupId(plan.kafka().group() + "-beats")
            .setClientIdPrefix(plan.kafka().group() + "-beats")
            .setTopics(plan.heartbeat().topic())
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new BeatDeserializer(plan.heartbeat().lagMs(), Clock.systemUTC()));
    if (plan.bounded()) {
      source.setBounded(OffsetsInitializer.latest());
    }
    return source.build();
  }

  /** Event times up to which no event is on its way any more, epoch ms. */
  DataStream<Long> times() {
    return times;
  }

  /** Beats for the topic, epoch ms; null where the job writes none. */
  DataStream<Long> written() {
    return written;
  }

  /** Beats as decimal digits, all under one key. */
  static KafkaRecordSerializationSchema<Long> records(PlanDefinition plan) {
    String topic = plan.heartbeat().topic();
    return (beat, context, timestamp) ->
        new ProducerRecord<>(topic, KEY, Long.toString(beat).getBytes(StandardCharsets.US_ASCII));
  }
}
