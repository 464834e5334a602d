package io.tidegate.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.record.Alert;
import io.tidegate.record.Alerts;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecords;
import io.tidegate.record.Position;
import io.tidegate.record.WindowCut;
import io.tidegate.record.WindowStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class AlertKafkaSerializerTest {
  private static final WindowShape SHAPE = new WindowShape("last_2", List.of("a", "b"), 2);
  private static final WindowCut CUT =
      new WindowCut(
          WindowStatus.OK, null, 1_000, 2_000, new Position("t", 0, 6), new Position("t", 0, 7));

  private final Schema schema = new Schema.Parser().parse(schemaText());

  @Test
  void theKeyIsTheEntityAndTheHeadersAreCloudEvents() {
    Alert alert = Alert.unscored(MatchRecords.match("m", WindowCut.NONE), 1_700_000_000_123L);

    ProducerRecord<byte[], byte[]> record = serialize(alert);

    assertThat(record.topic()).isEqualTo("alerts");
    assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("robot-1");
    assertThat(record.timestamp()).isEqualTo(1_700_000_000_123L);
    assertThat(headers(record))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ce_specversion", "1.0",
                "ce_id", alert.alertId(),
                "ce_source", "/tidegate/cobot%20cell%2F1",
                "ce_type", "io.tidegate.alert.v1",
                "ce_time", "2023-11-14T22:13:20.123Z",
                "ce_subject", "robot-1",
                "content-type", "application/avro"));
  }

  @Test
  void aScoredAlertCarriesScoreModelAndWindow() {
    MatchRecord match = MatchRecords.match("m", CUT);

    GenericRecord read =
        decode(serialize(Alert.scored(Alerts.score(match, 0.9), "", 9_000)).value());

    assertThat(read.get("score")).isEqualTo(0.9);
    assertThat(read.get("threshold")).isEqualTo(0.7);
    assertThat(read.get("scored_at")).isEqualTo(6_000L);
    assertThat(read.get("score_status")).hasToString("ok");
    assertThat(read.get("window_status")).hasToString("ok");
    assertThat(read.get("model"))
        .hasToString(
            "{\"name\": \"cobot\", \"version\": \"1\", \"sha256\": \""
                + "ab".repeat(32)
                + "\", \"provider\": \"CPUExecutionProvider\"}");
    assertThat(read.get("window"))
        .hasToString(
            "{\"name\": \"last_2\", \"channels\": [\"a\", \"b\"], \"length\": 2, \"start_time\":"
                + " 1000, \"end_time\": 2000, \"first\": {\"topic\": \"t\", \"partition\": 0,"
                + " \"offset\": 6}, \"last\": {\"topic\": \"t\", \"partition\": 0, \"offset\":"
                + " 7}}");
    assertThat(read.get("events"))
        .hasToString(
            "[{\"stage\": \"a\", \"stream\": \"joints\", \"timestamp\": 2000, \"topic\": \"t\","
                + " \"partition\": 0, \"offset\": 7, \"identity\": \"robot-1|2000\"}]");
  }

  @Test
  void anUnscoredAlertHasNoModelAndNoScore() {
    GenericRecord read =
        decode(serialize(Alert.unscored(MatchRecords.match("m", WindowCut.NONE), 1)).value());

    assertThat(read.get("score_status")).hasToString("unscored");
    assertThat(read.get("score")).isNull();
    assertThat(read.get("model")).isNull();
    assertThat(read.get("window")).isNull();
  }

  @Test
  void anInvalidScoreIsNullAndSaysSo() {
    Alert alert = Alert.scored(Alerts.score(MatchRecords.match("m", CUT), Double.NaN), "", 1);

    GenericRecord read = decode(serialize(alert).value());

    assertThat(read.get("score_status")).hasToString("invalid");
    assertThat(read.get("score")).isNull();
    assertThat(read.get("model")).isNotNull();
  }

  @Property(tries = 200)
  void everyAlertComesBack(@ForAll("alerts") Alert alert) {
    GenericRecord read = decode(serialize(alert).value());

    assertThat(read.get("alert_id")).isEqualTo(alert.alertId());
    assertThat(read.get("key")).isEqualTo(alert.match().key());
    assertThat(read.get("summary")).isEqualTo(alert.match().summary());
    assertThat(read.get("start_time")).isEqualTo(alert.match().startTimestamp());
    assertThat(read.get("end_time")).isEqualTo(alert.match().endTimestamp());
    assertThat(read.get("measures")).isEqualTo(alert.match().measures());
    assertThat(read.get("score")).isEqualTo(alert.score());
    assertThat((List<?>) read.get("events")).hasSameSizeAs(alert.match().events());
  }

  @Provide
  Arbitrary<Alert> alerts() {
    return Alerts.any();
  }

  private static ProducerRecord<byte[], byte[]> serialize(Alert alert) {
    AlertKafkaSerializer serializer =
        new AlertKafkaSerializer("alerts", "cobot cell/1", schemaText(), SHAPE);
    serializer.open(null, null);
    return serializer.serialize(alert, null, null);
  }

  private GenericRecord decode(byte[] value) {
    GenericData strings = new GenericData();
    Schema reader = new Schema.Parser().parse(schema.toString());
    withJavaStrings(reader, new java.util.HashSet<>());
    try {
      return new GenericDatumReader<GenericRecord>(schema, reader, strings)
          .read(null, DecoderFactory.get().binaryDecoder(value, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void withJavaStrings(Schema schema, java.util.Set<String> seen) {
    switch (schema.getType()) {
      case STRING -> GenericData.setStringType(schema, GenericData.StringType.String);
      case RECORD -> {
        if (seen.add(schema.getFullName())) {
          schema.getFields().forEach(field -> withJavaStrings(field.schema(), seen));
        }
      }
      case ARRAY -> withJavaStrings(schema.getElementType(), seen);
      case MAP -> {
        GenericData.setStringType(schema, GenericData.StringType.String);
        withJavaStrings(schema.getValueType(), seen);
      }
      case UNION -> schema.getTypes().forEach(branch -> withJavaStrings(branch, seen));
      default -> {}
    }
  }

  private static Map<String, String> headers(ProducerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return headers;
  }

  static String schemaText() {
    try (InputStream in = AlertKafkaSerializer.class.getResourceAsStream("/schemas/alert.avsc")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
