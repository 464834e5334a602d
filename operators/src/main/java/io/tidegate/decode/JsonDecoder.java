package io.tidegate.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.StreamDefinition;
import java.io.IOException;

/**
 * Reads one JSON object a record, without a tree.
 *
 * <p>Members that the stream does not have are read over; of members of one name the last counts. A
 * double may also be written as the word or the string NaN, Infinity or -Infinity, and a whole
 * number as 3.0. A timestamp is a number in the unit of the stream's event time (milliseconds in
 * other fields) or a string: a number in that unit, or ISO 8601 with a zone.
 */
public final class JsonDecoder implements ValueDecoder {
  private static final double EXACT_WHOLE = 1L << 53;

  private final JsonFactory factory =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final EventType type;
  private final EventTimeUnit[] units;
  private final FieldNames names;

  /** A decoder of a stream's records. */
  public JsonDecoder(StreamDefinition stream) {
    type = stream.type();
    names = new FieldNames(type);
    units = new EventTimeUnit[type.size()];
    for (int i = 0; i < units.length; i++) {
      boolean eventTime = i == stream.eventTimeField();
      units[i] = eventTime ? stream.eventTimeUnit() : null;
    }
  }

  @Override
  public void decode(byte[] value, EventAssembler into) throws DecodeException {
    into.begin();
    names.begin();
    try (JsonParser parser = factory.createParser(value)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw first == null
            ? new DecodeException(DeadLetterReason.MALFORMED, "the value holds only white space")
            : new DecodeException(
                DeadLetterReason.NOT_A_RECORD, "the value is " + shown(first) + ", not an object");
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        int field = names.indexOf(name);
        JsonToken token = parser.nextToken();
        if (field < 0) {
          parser.skipChildren();
        } else if (token == JsonToken.VALUE_NULL) {
          into.setNull(field);
        } else {
          read(parser, token, field, into);
        }
      }
      end(parser);
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      // The parser reads from an array: what is left are bytes that are no characters.
      throw new DecodeException(DeadLetterReason.MALFORMED, "no JSON text: " + e.getMessage());
    }
  }

  private void read(JsonParser parser, JsonToken token, int field, EventAssembler into)
      throws IOException, DecodeException {
    int slot = type.slot(field);
    switch (type.field(field).type()) {
      case STRING -> {
        require(token == JsonToken.VALUE_STRING, token, field, into);
        into.setString(field, slot, string(parser));
      }
      case DOUBLE -> into.setDouble(field, slot, real(parser, token, field, into));
      case LONG -> into.setNumber(field, slot, whole(parser, token, field, into));
      case BOOLEAN -> {
        require(token.isBoolean(), token, field, into);
        into.setNumber(field, slot, token == JsonToken.VALUE_TRUE ? 1 : 0);
      }
      case TIMESTAMP -> into.setNumber(field, slot, timestamp(parser, token, field, into));
    }
  }

  private static void require(boolean fits, JsonToken found, int field, EventAssembler into)
      throws DecodeException {
    if (!fits) {
      throw into.wrongType(field, shown(found));
    }
  }

  /** A string; half a surrogate pair is refused, as no table or topic can hold it. */
  private static String string(JsonParser parser) throws IOException, DecodeException {
    String text = parser.getText();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new DecodeException(
              DeadLetterReason.MALFORMED, "a string holds half a surrogate pair");
        }
        i++;
      }
    }
    return text;
  }

  private static double real(JsonParser parser, JsonToken token, int field, EventAssembler into)
      throws IOException, DecodeException {
    if (token == JsonToken.VALUE_STRING) {
      return switch (parser.getText()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw into.wrongType(field, "a string");
      };
    }
    require(token.isNumeric(), token, field, into);
    double value = parser.getDoubleValue();
    if (Double.isInfinite(value) && !parser.isNaN()) {
      throw into.outOfRange(field, shorten(parser.getText()));
    }
    return value;
  }

  private static long whole(JsonParser parser, JsonToken token, int field, EventAssembler into)
      throws IOException, DecodeException {
    require(token.isNumeric(), token, field, into);
    if (token == JsonToken.VALUE_NUMBER_INT) {
      switch (parser.getNumberType()) {
        case INT, LONG -> {
          return parser.getLongValue();
        }
        default -> throw into.outOfRange(field, shorten(parser.getText()));
      }
    }
    double value = parser.getDoubleValue();
    if (value != Math.rint(value)) {
      throw into.wrongType(field, "the fraction " + shorten(parser.getText()));
    }
    if (Math.abs(value) > EXACT_WHOLE) {
      throw into.outOfRange(field, shorten(parser.getText()));
    }
    return (long) value;
  }

  private long timestamp(JsonParser parser, JsonToken token, int field, EventAssembler into)
      throws IOException, DecodeException {
    EventTimeUnit unit = units[field];
    try {
      if (token == JsonToken.VALUE_STRING) {
        return EventTimes.of(parser.getText(), unit == null ? EventTimeUnit.ISO8601 : unit);
      }
      require(token.isNumeric(), token, field, into);
      EventTimeUnit of = unit == null ? EventTimeUnit.MILLISECONDS : unit;
      return token == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
          ? EventTimes.of(parser.getLongValue(), of)
          : EventTimes.of(parser.getDoubleValue(), of);
    } catch (EventTimes.InvalidTimeException e) {
      throw into.invalidTime(field, e.getMessage());
    }
  }

  private static void end(JsonParser parser) throws IOException, DecodeException {
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new DecodeException(DeadLetterReason.MALFORMED, "the object does not end");
    }
    long end = parser.currentLocation().getByteOffset();
    JsonToken more;
    try {
      more = parser.nextToken();
    } catch (JsonProcessingException e) {
      throw trailing(end);
    }
    if (more != null) {
      throw trailing(end);
    }
  }

  private static DecodeException trailing(long end) {
    return new DecodeException(
        DeadLetterReason.TRAILING_BYTES, "the object ends at byte " + end + " and more follows");
  }

  private static DecodeException malformed(JsonProcessingException e) {
    String where =
        e.getLocation() == null ? "" : " at byte " + Math.max(0, e.getLocation().getByteOffset());
    return new DecodeException(
        DeadLetterReason.MALFORMED, "no JSON" + where + ": " + e.getOriginalMessage());
  }

  private static String shorten(String number) {
    return number.length() <= 40 ? number : number.substring(0, 40) + "...";
  }

  private static String shown(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "a whole number";
      case VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> token.toString();
    };
  }
}
