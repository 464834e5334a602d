package io.tidegate.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Events as JSON objects: fields in the order of the type, timestamps as epoch milliseconds, NaN
 * and infinities as strings, which JSON has no numbers for.
 */
final class EventJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private EventJson() {}

  static byte[] bytes(Event event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    EventType type = event.type;
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      for (int i = 0; i < type.size(); i++) {
        json.writeFieldName(type.field(i).name());
        Json.write(json, event.value(i));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("event " + event + " as JSON", e);
    }
    return out.toByteArray();
  }

  static String text(Event event) {
    return new String(bytes(event), StandardCharsets.UTF_8);
  }
}
