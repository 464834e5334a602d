package io.tidegate.decode;

import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.Field;
import io.tidegate.event.StreamDefinition;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;

/**
 * Makes the readers of a writer schema's fields: each is resolved once, when the schema is first
 * seen, so that reading an event is one pass over a list.
 */
final class AvroFieldReaders {
  private final StreamDefinition stream;

  AvroFieldReaders(StreamDefinition stream) {
    this.stream = stream;
  }

  /**
   * The reader of a field of the writer's record.
   *
   * @return null when the stream's field cannot be filled from the writer's
   */
  AvroFieldReader of(Schema.Field written) {
    int field = stream.type().indexOf(written.name());
    return field < 0
        ? (in, into) -> AvroSkip.skip(written.schema(), in)
        : of(written.schema(), field);
  }

  private AvroFieldReader of(Schema written, int field) {
    if (written.getType() == Schema.Type.UNION) {
      return union(written.getTypes(), field);
    }
    if (written.getType() == Schema.Type.NULL) {
      return mayBeAbsent(stream, field) ? (in, into) -> {} : null;
    }
    Field wanted = stream.type().field(field);
    int slot = stream.type().slot(field);
    return switch (wanted.type()) {
      case BOOLEAN ->
          written.getType() == Schema.Type.BOOLEAN
              ? (in, into) -> into.setNumber(field, slot, in.readBoolean() ? 1 : 0)
              : null;
      case LONG -> whole(written.getType(), field, slot);
      case DOUBLE -> real(written.getType(), field, slot);
      case STRING -> text(written, field, slot);
      case TIMESTAMP -> timestamp(written, field, slot);
    };
  }

  private AvroFieldReader union(List<Schema> branches, int field) {
    AvroFieldReader[] readers = new AvroFieldReader[branches.size()];
    boolean any = false;
    for (int i = 0; i < readers.length; i++) {
      Schema branch = branches.get(i);
      if (branch.getType() == Schema.Type.NULL) {
        readers[i] = (in, into) -> {};
        continue;
      }
      readers[i] = of(branch, field);
      any |= readers[i] != null;
      if (readers[i] == null) {
        readers[i] =
            (in, into) -> {
              throw into.wrongType(field, "Avro " + branch);
            };
      }
    }
    return any ? new UnionReader(readers) : null;
  }

  private record UnionReader(AvroFieldReader[] branches) implements AvroFieldReader {
    @Override
    public void read(BinaryDecoder in, EventAssembler into) throws IOException, DecodeException {
      int branch = in.readIndex();
      if (branch < 0 || branch >= branches.length) {
        throw new DecodeException(
            DeadLetterReason.MALFORMED, "branch " + branch + " of a union of " + branches.length);
      }
      branches[branch].read(in, into);
    }
  }

  private static AvroFieldReader whole(Schema.Type written, int field, int slot) {
    return switch (written) {
      case INT -> (in, into) -> into.setNumber(field, slot, in.readInt());
      case LONG -> (in, into) -> into.setNumber(field, slot, in.readLong());
      default -> null;
    };
  }

  private static AvroFieldReader real(Schema.Type written, int field, int slot) {
    return switch (written) {
      case INT -> (in, into) -> into.setDouble(field, slot, in.readInt());
      case LONG -> (in, into) -> into.setDouble(field, slot, in.readLong());
      case FLOAT -> (in, into) -> into.setDouble(field, slot, in.readFloat());
      case DOUBLE -> (in, into) -> into.setDouble(field, slot, in.readDouble());
      default -> null;
    };
  }

  private static AvroFieldReader text(Schema written, int field, int slot) {
    return switch (written.getType()) {
      case STRING -> {
        AvroText texts = new AvroText();
        yield (in, into) -> into.setString(field, slot, texts.read(in));
      }
      case ENUM -> {
        String[] symbols = written.getEnumSymbols().toArray(String[]::new);
        yield (in, into) -> {
          int symbol = in.readEnum();
          if (symbol < 0 || symbol >= symbols.length) {
            throw new DecodeException(
                DeadLetterReason.MALFORMED,
                "symbol " + symbol + " of an enum of " + symbols.length);
          }
          into.setString(field, slot, symbols[symbol]);
        };
      }
      default -> null;
    };
  }

  private AvroFieldReader timestamp(Schema written, int field, int slot) {
    EventTimeUnit unit = unit(written, field);
    return unit == null
        ? null
        : switch (written.getType()) {
          case INT -> (in, into) -> setTime(field, slot, unit, in.readInt(), into);
          case LONG -> (in, into) -> setTime(field, slot, unit, in.readLong(), into);
          case FLOAT, DOUBLE -> {
            boolean single = written.getType() == Schema.Type.FLOAT;
            yield (in, into) -> {
              double value = single ? in.readFloat() : in.readDouble();
              try {
                into.setNumber(field, slot, EventTimes.of(value, unit));
              } catch (EventTimes.InvalidTimeException e) {
                throw into.invalidTime(field, e.getMessage());
              }
            };
          }
          case STRING -> {
            AvroText texts = new AvroText();
            yield (in, into) -> {
              try {
                into.setNumber(field, slot, EventTimes.of(texts.read(in), unit));
              } catch (EventTimes.InvalidTimeException e) {
                throw into.invalidTime(field, e.getMessage());
              }
            };
          }
          default -> null;
        };
  }

  private static void setTime(
      int field, int slot, EventTimeUnit unit, long value, EventAssembler into)
      throws DecodeException {
    try {
      into.setNumber(field, slot, EventTimes.of(value, unit));
    } catch (EventTimes.InvalidTimeException e) {
      throw into.invalidTime(field, e.getMessage());
    }
  }

  /** The writer's own word on the unit before the stream's; null where the two cannot be met. */
  private EventTimeUnit unit(Schema written, int field) {
    LogicalType logical = written.getLogicalType();
    boolean eventTime = field == stream.eventTimeField();
    EventTimeUnit declared = eventTime ? stream.eventTimeUnit() : EventTimeUnit.MILLISECONDS;
    if (logical == null) {
      return !eventTime && written.getType() == Schema.Type.STRING
          ? EventTimeUnit.ISO8601
          : declared;
    }
    return switch (logical.getName()) {
      case "timestamp-millis" -> EventTimeUnit.MILLISECONDS;
      case "timestamp-micros" -> EventTimeUnit.MICROSECONDS;
      case "timestamp-nanos" -> EventTimeUnit.NANOSECONDS;
      // Local times, dates and times of day are no points in time.
      default -> null;
    };
  }

  /** Whether a stream's field can do without the writer. */
  static boolean mayBeAbsent(StreamDefinition stream, int field) {
    boolean key = Arrays.stream(stream.keyFields()).anyMatch(k -> k == field);
    return stream.type().field(field).nullable() && !key && field != stream.eventTimeField();
  }
}
