package io.tidegate.job;

import io.tidegate.operator.TopicLog;
import io.tidegate.plan.KafkaDefinition;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A small topic that is read without a consumer group; its readers keep where they are.
 *
 * @param <T> what its records are read as
 */
final class KafkaLog<T> implements TopicLog<T> {
  private static final long serialVersionUID = 1L;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration WAIT = Duration.ofSeconds(10);

  /** What a record is read as; null where it says nothing. */
  interface Parser<T> extends Serializable {
    T parse(ConsumerRecord<byte[], byte[]> record);
  }

  private final KafkaDefinition kafka;
  private final String topic;
  private final Parser<T> parser;

  KafkaLog(KafkaDefinition kafka, String topic, Parser<T> parser) {
    this.kafka = kafka;
    this.topic = topic;
    this.parser = parser;
  }

  /**
   * A reader that begins at an offset, of each partition where there are several.
   *
   * @throws TopicChecks.BrokerException when the broker does not answer
   */
  @Override
  public Reader<T> open(long from) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.putAll(kafka.properties());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, LIMIT).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new KafkaException("topic " + topic + " is not there");
      }
      consumer.assign(partitions);
      if (from == 0) {
        consumer.seekToBeginning(partitions);
      } else {
        partitions.forEach(one -> consumer.seek(one, from));
      }
      return new KafkaReader(consumer, partitions);
    } catch (KafkaException e) {
      consumer.close();
      throw new TopicChecks.BrokerException(kafka.bootstrap(), e);
    }
  }

  private final class KafkaReader implements Reader<T> {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    KafkaReader(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
      this.consumer = consumer;
      this.partitions = partitions;
    }

    @Override
    public List<T> toPresentEnd() {
      List<T> records = new ArrayList<>();
      try {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LIMIT);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (partitions.stream().anyMatch(one -> consumer.position(one, LIMIT) < ends.get(one))) {
          if (System.nanoTime() > deadline) {
            throw new KafkaException("topic " + topic + " was not read within " + LIMIT);
          }
          poll(Duration.ofMillis(200), records);
        }
      } catch (KafkaException e) {
        throw new TopicChecks.BrokerException(kafka.bootstrap(), e);
      }
      return records;
    }

    @Override
    public List<T> next() {
      List<T> records = new ArrayList<>();
      try {
        poll(WAIT, records);
      } catch (WakeupException e) {
        return List.of();
      }
      return records;
    }

    private void poll(Duration wait, List<T> records) {
      consumer.poll(wait).forEach(record -> records.add(parser.parse(record)));
    }

    @Override
    public void wakeUp() {
      consumer.wakeup();
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
