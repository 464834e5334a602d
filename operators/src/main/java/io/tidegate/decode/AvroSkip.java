package io.tidegate.decode;

import io.tidegate.event.DeadLetterReason;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;

/**
 * Reads over a value that the stream has no field for.
 *
 * <p>Bounded whatever the bytes say: recursion has a limit, and a count of items that take no bytes
 * is not counted through (Avro's own reader would).
 */
final class AvroSkip {
  private static final int MAX_DEPTH = 200;

  private AvroSkip() {}

  static void skip(Schema schema, BinaryDecoder in) throws IOException, DecodeException {
    skip(schema, in, 0);
  }

  private static void skip(Schema schema, BinaryDecoder in, int depth)
      throws IOException, DecodeException {
    if (depth > MAX_DEPTH) {
      throw malformed("values nested more than " + MAX_DEPTH + " deep");
    }
    switch (schema.getType()) {
      case NULL -> {}
      case BOOLEAN -> in.readBoolean();
      case INT, ENUM -> in.readInt();
      case LONG -> in.readLong();
      case FLOAT -> in.readFloat();
      case DOUBLE -> in.readDouble();
      case STRING, BYTES -> skipBytes(in);
      case FIXED -> in.skipFixed(schema.getFixedSize());
      case UNION -> {
        int branch = in.readIndex();
        if (branch < 0 || branch >= schema.getTypes().size()) {
          throw malformed("branch " + branch + " of a union of " + schema.getTypes().size());
        }
        skip(schema.getTypes().get(branch), in, depth + 1);
      }
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          skip(field.schema(), in, depth + 1);
        }
      }
      case ARRAY -> {
        for (long count = in.skipArray(); count > 0; count = in.skipArray()) {
          skipItems(schema.getElementType(), count, in, depth, false);
        }
      }
      case MAP -> {
        for (long count = in.skipMap(); count > 0; count = in.skipMap()) {
          skipItems(schema.getValueType(), count, in, depth, true);
        }
      }
    }
  }

  private static void skipItems(
      Schema items, long count, BinaryDecoder in, int depth, boolean named)
      throws IOException, DecodeException {
    if (!named && isEmpty(items, depth)) {
      return;
    }
    for (long i = 0; i < count; i++) {
      if (named) {
        skipBytes(in);
      }
      skip(items, in, depth + 1);
    }
  }

  private static void skipBytes(BinaryDecoder in) throws IOException, DecodeException {
    long length = in.readLong();
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw malformed("a length of " + length);
    }
    in.skipFixed((int) length);
  }

  /** Whether values of a schema take no bytes. */
  private static boolean isEmpty(Schema schema, int depth) {
    return switch (schema.getType()) {
      case NULL -> true;
      case FIXED -> schema.getFixedSize() == 0;
      case RECORD ->
          depth < MAX_DEPTH
              && schema.getFields().stream().allMatch(f -> isEmpty(f.schema(), depth + 1));
      default -> false;
    };
  }

  private static DecodeException malformed(String detail) {
    return new DecodeException(DeadLetterReason.MALFORMED, detail);
  }
}
