package io.tidegate.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Avro bytes as Avro's own writer makes them. */
final class AvroValues {
  private AvroValues() {}

  static Schema schema(String text) {
    return new Schema.Parser().parse(text);
  }

  /** A record schema named R with the given fields. */
  static Schema record(String... fields) {
    return schema(
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + String.join(",", fields) + "]}");
  }

  /** A field; its type is JSON text. */
  static String field(String name, String type) {
    return "{\"name\":\"" + name + "\",\"type\":" + type + "}";
  }

  static byte[] write(Schema schema, Object datum) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<>(schema).write(datum, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  static byte[] write(Schema schema, Map<String, ?> values) {
    GenericData.Record record = new GenericData.Record(schema);
    values.forEach(record::put);
    return write(schema, record);
  }
}
