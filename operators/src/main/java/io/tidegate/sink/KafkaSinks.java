package io.tidegate.sink;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Kafka sinks of one pipeline. */
public final class KafkaSinks {
  /** Producer property that bounds an open transaction. */
  public static final String TRANSACTION_TIMEOUT = "transaction.timeout.ms";

  /** Below the 15 minutes that a broker allows unless configured otherwise. */
  static final Duration DEFAULT_TRANSACTION_TIMEOUT = Duration.ofMinutes(10);

  private final String bootstrap;
  private final String pipeline;
  private final Map<String, String> properties;
  private final Duration checkpointInterval;

  /**
   * Sinks.
   *
   * @param bootstrap brokers, {@code host:port,...}
   * @param pipeline name of the pipeline; begins the ids of transactions
   * @param properties client properties, such as those of security
   * @param checkpointInterval time between checkpoints; zero or less when there are none
   */
  public KafkaSinks(
      String bootstrap,
      String pipeline,
      Map<String, String> properties,
      Duration checkpointInterval) {
    this.bootstrap = Objects.requireNonNull(bootstrap, "bootstrap");
    this.pipeline = Objects.requireNonNull(pipeline, "pipeline");
    this.properties = Map.copyOf(properties);
    this.checkpointInterval = Objects.requireNonNull(checkpointInterval, "checkpointInterval");
  }

  /**
   * A sink.
   *
   * @param name what it writes; with the pipeline's name it begins the ids of transactions
   * @param serializer makes the records
   * @param exactlyOnce whether records become visible at a checkpoint, and only once
   * @param <T> what is written
   * @throws IllegalArgumentException when exactly-once is asked for and transactions could not
   *     outlive a checkpoint
   */
  public <T> KafkaSink<T> sink(
      String name, KafkaRecordSerializationSchema<T> serializer, boolean exactlyOnce) {
    Properties producer = new Properties();
    // A record does not wait for others; while one request is under way they gather anyway.
    producer.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
    producer.putAll(properties);
    KafkaSinkBuilder<T> builder =
        KafkaSink.<T>builder().setBootstrapServers(bootstrap).setRecordSerializer(serializer);
    if (exactlyOnce) {
      producer.setProperty(TRANSACTION_TIMEOUT, Long.toString(transactionTimeout().toMillis()));
      builder
          .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
          .setTransactionalIdPrefix("tidegate-" + pipeline + "-" + name);
    } else {
      builder.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE);
    }
    return builder.setKafkaProducerConfig(producer).build();
  }

  private Duration transactionTimeout() {
    if (checkpointInterval.isZero() || checkpointInterval.isNegative()) {
      throw new IllegalArgumentException(
          "exactly_once needs checkpoints: records become visible at one; set "
              + "execution.checkpointing.interval or use delivery at_least_once");
    }
    Duration timeout = Duration.ofMillis(transactionTimeoutMs(properties));
    if (timeout.compareTo(checkpointInterval) <= 0) {
      throw new IllegalArgumentException(
          TRANSACTION_TIMEOUT
              + " is "
              + timeout.toMillis()
              + " ms, not above the checkpoint "
              + "interval of "
              + checkpointInterval.toMillis()
              + " ms: every transaction would be lost; raise it in kafka.properties");
    }
    return timeout;
  }

  /**
   * How long a transaction may stay open, ms.
   *
   * @param properties the plan's client properties
   * @throws IllegalArgumentException when the property is no number
   */
  public static long transactionTimeoutMs(Map<String, String> properties) {
    String given = properties.get(TRANSACTION_TIMEOUT);
    try {
      return given == null ? DEFAULT_TRANSACTION_TIMEOUT.toMillis() : Long.parseLong(given);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          TRANSACTION_TIMEOUT + " is " + given + ", expected milliseconds", e);
    }
  }
}
