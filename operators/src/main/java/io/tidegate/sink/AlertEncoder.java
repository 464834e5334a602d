package io.tidegate.sink;

import io.tidegate.record.Alert;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchedEvent;
import io.tidegate.record.ModelReference;
import io.tidegate.record.Position;
import io.tidegate.record.WindowCut;
import io.tidegate.record.WindowStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Alerts as Avro binary by {@code schemas/alert.avsc}, without any framing. Not safe for use by
 * several threads: buffers are reused.
 */
public final class AlertEncoder {
  private final Schema schema;
  private final Schema eventSchema;
  private final Schema windowSchema;
  private final Schema positionSchema;
  private final Schema modelSchema;
  private final WindowShape window;
  private final GenericDatumWriter<GenericRecord> writer;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1024);
  private BinaryEncoder encoder;

  /**
   * An encoder.
   *
   * @param schema the alert's schema
   * @param window the pipeline's window; null when it has none
   */
  public AlertEncoder(Schema schema, WindowShape window) {
    this.schema = Objects.requireNonNull(schema, "schema");
    this.window = window;
    eventSchema = schema.getField("events").schema().getElementType();
    windowSchema = nonNull(schema, "window");
    positionSchema = windowSchema.getField("first").schema();
    modelSchema = nonNull(schema, "model");
    writer = new GenericDatumWriter<>(schema);
  }

  private static Schema nonNull(Schema record, String field) {
    return record.getField(field).schema().getTypes().stream()
        .filter(branch -> branch.getType() != Schema.Type.NULL)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(record.getName() + "." + field + " is only null"));
  }

  /** The alert's bytes. */
  public byte[] encode(Alert alert) {
    buffer.reset();
    encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
    try {
      writer.write(record(alert), encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("alert " + alert.alertId() + " cannot be encoded", e);
    }
    return buffer.toByteArray();
  }

  private GenericRecord record(Alert alert) {
    MatchRecord match = alert.match();
    GenericRecord record = new GenericData.Record(schema);
    record.put("alert_id", alert.alertId());
    record.put("match_id", match.matchId());
    record.put("rule_id", match.rule().id());
    record.put("rule_version", match.rule().version());
    record.put("fingerprint", match.rule().fingerprint());
    record.put("severity", match.rule().severity());
    record.put("shadow", match.rule().shadow());
    record.put("key", match.key());
    record.put("start_time", match.startTimestamp());
    record.put("end_time", match.endTimestamp());
    record.put("detected_at", match.detectedAt());
    record.put("created_at", alert.createdAt());
    record.put("summary", match.summary());
    record.put("measures", match.measures());
    record.put("events", events(match.events()));
    record.put("window_status", symbol("window_status", match.window().status().text()));
    record.put("window", window(match.window()));
    record.put("score", alert.score());
    record.put("threshold", alert.threshold());
    record.put("score_status", symbol("score_status", alert.status().text()));
    record.put("scored_at", alert.scoredAt());
    record.put("model", model(alert.model()));
    return record;
  }

  private Object symbol(String field, String text) {
    return new GenericData.EnumSymbol(schema.getField(field).schema(), text);
  }

  private List<GenericRecord> events(List<MatchedEvent> events) {
    List<GenericRecord> records = new ArrayList<>(events.size());
    for (MatchedEvent event : events) {
      GenericRecord record = new GenericData.Record(eventSchema);
      record.put("stage", event.stage());
      record.put("stream", event.stream());
      record.put("timestamp", event.timestamp());
      record.put("topic", event.position().topic());
      record.put("partition", event.position().partition());
      record.put("offset", event.position().offset());
      record.put("identity", event.identity());
      records.add(record);
    }
    return records;
  }

  private GenericRecord window(WindowCut cut) {
    if (cut.status() != WindowStatus.OK) {
      return null;
    }
    if (window == null || cut.first() == null) {
      throw new IllegalStateException("a complete window without a definition or positions");
    }
    GenericRecord record = new GenericData.Record(windowSchema);
    record.put("name", window.name());
    record.put("channels", window.channels());
    record.put("length", window.length());
    record.put("start_time", cut.startTimestamp());
    record.put("end_time", cut.endTimestamp());
    record.put("first", position(cut.first()));
    record.put("last", position(cut.last()));
    return record;
  }

  private GenericRecord position(Position position) {
    GenericRecord record = new GenericData.Record(positionSchema);
    record.put("topic", position.topic());
    record.put("partition", position.partition());
    record.put("offset", position.offset());
    return record;
  }

  private GenericRecord model(ModelReference model) {
    if (model == null) {
      return null;
    }
    GenericRecord record = new GenericData.Record(modelSchema);
    record.put("name", model.name());
    record.put("version", model.version());
    record.put("sha256", model.sha256());
    record.put("provider", model.provider());
    return record;
  }
}
