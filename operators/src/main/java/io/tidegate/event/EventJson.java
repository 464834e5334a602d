package io.tidegate.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Events as JSON objects, for people and for topics that hold events of any stream.
 *
 * <p>One member a field; null fields are null; timestamps are epoch milliseconds; a double that is
 * no number is {@code "NaN"}, {@code "Infinity"} or {@code "-Infinity"}.
 */
public final class EventJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private EventJson() {}

  /** The event as one UTF-8 JSON object without line breaks. */
  public static byte[] write(Event event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      write(event, json);
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array refused bytes", e);
    }
    return bytes.toByteArray();
  }

  /** Writes the event as an object. */
  public static void write(Event event, JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < event.type.size(); i++) {
      Field field = event.type.field(i);
      json.writeFieldName(field.name());
      int slot = event.type.slot(i);
      if (event.isNull(i)) {
        json.writeNull();
        continue;
      }
      switch (field.type()) {
        case BOOLEAN -> json.writeBoolean(event.numbers[slot] != 0);
        case LONG, TIMESTAMP -> json.writeNumber(event.numbers[slot]);
        case DOUBLE -> json.writeNumber(event.doubleAt(slot));
        case STRING -> json.writeString(event.strings[slot]);
      }
    }
    json.writeEndObject();
  }
}
