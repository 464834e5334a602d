package io.tidegate.sink;

import static io.tidegate.sink.RecordHeaderText.add;

import io.tidegate.event.DeadLetter;
import java.util.Objects;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Dead letters as Kafka records: key, value and headers are the original's; what is known about the
 * failure stands in headers that begin with {@code tidegate_}.
 */
public final class DeadLetterKafkaSerializer implements KafkaRecordSerializationSchema<DeadLetter> {
  private static final long serialVersionUID = 1L;

  private final String topic;

  /** A serializer that writes to a topic. */
  public DeadLetterKafkaSerializer(String topic) {
    this.topic = Objects.requireNonNull(topic, "topic");
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      DeadLetter letter, KafkaSinkContext context, Long timestamp) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, letter.key(), letter.value());
    Headers headers = record.headers();
    for (DeadLetter.Header header : letter.headers()) {
      headers.add(header.name(), header.value());
    }
    add(headers, "tidegate_reason", letter.reason().code());
    add(headers, "tidegate_detail", letter.detail());
    add(headers, "tidegate_stream", letter.streamName());
    add(headers, "tidegate_topic", letter.topic());
    add(headers, "tidegate_partition", Integer.toString(letter.partition()));
    add(headers, "tidegate_offset", Long.toString(letter.offset()));
    add(headers, "tidegate_timestamp", Long.toString(letter.recordTimestamp()));
    return record;
  }
}
