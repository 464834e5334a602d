package io.tidegate.sink;

import io.tidegate.record.Alert;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Alerts as Kafka records: key = entity, value = Avro, CloudEvents 1.0 attributes as headers in
 * binary mode (Kafka protocol binding for CloudEvents, section 3.2).
 */
public final class AlertKafkaSerializer implements KafkaRecordSerializationSchema<Alert> {
  private static final long serialVersionUID = 1L;

  /** The CloudEvents type of an alert. */
  public static final String TYPE = "io.tidegate.alert.v1";

  /** Media type of the value. */
  public static final String CONTENT_TYPE = "application/avro";

  private final String topic;
  private final String source;
  private final String schemaText;
  private final WindowShape window;
  private transient AlertEncoder encoder;

  /**
   * A serializer.
   *
   * @param topic where alerts go
   * @param pipeline name of the pipeline; becomes the CloudEvents source
   * @param schemaText the Avro schema of an alert
   * @param window the pipeline's window; null when it has none
   */
  public AlertKafkaSerializer(
      String topic, String pipeline, String schemaText, WindowShape window) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.source = "/tidegate/" + RecordHeaderText.uriPath(pipeline);
    this.schemaText = Objects.requireNonNull(schemaText, "schemaText");
    this.window = window;
  }

  @Override
  public void open(InitializationContext context, KafkaSinkContext sinkContext) {
    encoder = new AlertEncoder(new Schema.Parser().parse(schemaText), window);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Alert alert, KafkaSinkContext context, Long timestamp) {
    byte[] key = alert.match().key().getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, null, alert.createdAt(), key, encoder.encode(alert));
    Headers headers = record.headers();
    RecordHeaderText.add(headers, "ce_specversion", "1.0");
    RecordHeaderText.add(headers, "ce_id", alert.alertId());
    RecordHeaderText.add(headers, "ce_source", source);
    RecordHeaderText.add(headers, "ce_type", TYPE);
    RecordHeaderText.add(headers, "ce_time", Instant.ofEpochMilli(alert.createdAt()).toString());
    RecordHeaderText.add(headers, "ce_subject", alert.match().key());
    RecordHeaderText.add(headers, "content-type", CONTENT_TYPE);
    return record;
  }
}
