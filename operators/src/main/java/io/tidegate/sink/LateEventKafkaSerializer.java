package io.tidegate.sink;

import static io.tidegate.sink.RecordHeaderText.add;

import io.tidegate.event.Event;
import io.tidegate.event.EventJson;
import io.tidegate.event.LateEvent;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Late events as Kafka records: value = the event as JSON, position and lateness in headers. */
public final class LateEventKafkaSerializer implements KafkaRecordSerializationSchema<LateEvent> {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private final EventKeys keys;

  /**
   * A serializer.
   *
   * @param topic where late events go
   * @param keys the key of an event by its stream
   */
  public LateEventKafkaSerializer(String topic, EventKeys keys) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      LateEvent late, KafkaSinkContext context, Long timestamp) {
    Event event = late.event();
    byte[] key = keys.of(event).getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, key, EventJson.write(event));
    Headers headers = record.headers();
    add(headers, "content-type", "application/json");
    add(headers, "tidegate_stream", event.type.name());
    add(headers, "tidegate_topic", event.topicName());
    add(headers, "tidegate_partition", Integer.toString(event.partition));
    add(headers, "tidegate_offset", Long.toString(event.offset));
    add(headers, "tidegate_event_time", Long.toString(event.timestamp));
    add(headers, "tidegate_partition_time", Long.toString(late.partitionTime()));
    add(headers, "tidegate_lateness_ms", Long.toString(late.latenessMs()));
    return record;
  }
}
