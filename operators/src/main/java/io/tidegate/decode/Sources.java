package io.tidegate.decode;

import io.tidegate.event.Decoded;
import io.tidegate.event.Event;
import io.tidegate.event.EventTypeInfo;
import io.tidegate.event.StreamDefinition;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Builds the sources of a plan.
 *
 * <p>Operators: {@code source-NAME} reads a stream's topics, {@code late-gate-NAME} parts what it
 * reads; names and uids are the same.
 */
public final class Sources {
  /** What Kafka clients get unless the plan's properties say otherwise. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          // An event of an aborted transaction never happened.
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          // Partitions that are added while the job runs are found within a minute.
          KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
          "60000");

  private Sources() {}

  /**
   * Where the streams are read from.
   *
   * @param bootstrap the brokers, {@code host:port[,host:port...]}
   * @param group the consumer group that offsets are committed to at checkpoints
   * @param properties further properties of the Kafka client
   */
  public record Brokers(String bootstrap, String group, Map<String, String> properties) {}

  /**
   * The events of a stream that are in time. Dead letters and late events are its side outputs
   * {@link LateGate#deadLetters} and {@link LateGate#lateEvents}.
   *
   * @param streams all streams of the plan
   * @param stream index of the one to read
   * @throws IllegalArgumentException when the stream's decoder cannot work
   */
  public static SingleOutputStreamOperator<Event> events(
      StreamExecutionEnvironment env, StreamDefinition[] streams, int stream, Brokers brokers) {
    return gate(read(env, streams, stream, brokers), streams, stream);
  }

  /** What a stream's topics hold: events and dead letters, with timestamps and watermarks. */
  public static SingleOutputStreamOperator<Decoded> read(
      StreamExecutionEnvironment env, StreamDefinition[] streams, int stream, Brokers brokers) {
    StreamDefinition definition = streams[stream];
    // A specification that cannot work is refused here and not on the workers.
    Decoders.of(definition);
    String name = "source-" + definition.name();
    return env.fromSource(
            source(streams, stream, brokers),
            PartitionWatermarks.of(definition),
            name,
            EventTypeInfo.decoded(streams))
        .uid(name);
  }

  /** Parts what a source reads, see {@link LateGate}. */
  public static SingleOutputStreamOperator<Event> gate(
      DataStream<Decoded> read, StreamDefinition[] streams, int stream) {
    String name = "late-gate-" + streams[stream].name();
    return read.transform(name, EventTypeInfo.events(streams), new LateGate(streams, stream))
        .name(name)
        .uid(name);
  }

  private static KafkaSource<Decoded> source(
      StreamDefinition[] streams, int stream, Brokers brokers) {
    StreamDefinition definition = streams[stream];
    Properties properties = new Properties();
    properties.putAll(DEFAULTS);
    properties.putAll(brokers.properties());
    KafkaSourceBuilder<Decoded> builder =
        KafkaSource.<Decoded>builder()
            .setProperties(properties)
            .setBootstrapServers(brokers.bootstrap())
            .setGroupId(brokers.group())
            .setClientIdPrefix(brokers.group() + "-" + definition.name())
            .setTopics(definition.topics())
            .setDeserializer(new KafkaEventDeserializer(streams, stream))
            .setStartingOffsets(start(definition));
    if (definition.bounded()) {
      builder.setBounded(OffsetsInitializer.latest());
    }
    return builder.build();
  }

  @SuppressWarnings("deprecation") // Flink's connector takes this type and no other.
  private static OffsetsInitializer start(StreamDefinition definition) {
    return switch (definition.start()) {
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
      case COMMITTED ->
          OffsetsInitializer.committedOffsets(
              org.apache.kafka.clients.consumer.OffsetResetStrategy.EARLIEST);
    };
  }
}
