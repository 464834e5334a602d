package io.tidegate.decode;

import static io.tidegate.decode.AvroValues.field;
import static io.tidegate.decode.AvroValues.record;
import static io.tidegate.decode.AvroValues.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.DecoderSpec;
import io.tidegate.event.Event;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;

class AvroDecoderTest {
  private static final Field TS = new Field("ts", FieldType.TIMESTAMP, false);
  private static final Field ID = new Field("id", FieldType.STRING, false);
  private static final Field X = new Field("x", FieldType.DOUBLE, true);
  private static final Field N = new Field("n", FieldType.LONG, true);

  private static final String MILLIS = "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}";
  private static final Schema SCHEMA =
      record(
          field("id", "\"string\""),
          field("x", "[\"null\",\"double\"]"),
          field("n", "[\"long\",\"null\"]"),
          field("ts", MILLIS));

  private final Decoding decoding = decoding(SCHEMA);

  private static StreamDefinition stream(Schema schema) {
    return Decoding.stream(List.of("id"), TS, ID, X, N)
        .decoder(DecoderSpec.avro(schema.toString()))
        .build();
  }

  private static Decoding decoding(Schema schema) {
    return new Decoding(stream(schema));
  }

  private static Map<String, Object> values(String id, Object x, Object n, long ts) {
    Map<String, Object> values = new HashMap<>();
    values.put("id", id);
    values.put("x", x);
    values.put("n", n);
    values.put("ts", ts);
    return values;
  }

  @Test
  void fieldsAreFoundByName() {
    Event event = decoding.event(write(SCHEMA, values("r1", 2.5, null, 1234)));

    assertThat(event.timestamp).isEqualTo(1234);
    assertThat(event.value(0)).isEqualTo(1234L);
    assertThat(event.value(1)).isEqualTo("r1");
    assertThat(event.value(2)).isEqualTo(2.5);
    assertThat(event.value(3)).isNull();
    assertThat(List.of(event.topic, event.partition)).containsExactly(0, 2);
    assertThat(event.offset).isEqualTo(7);
  }

  @Test
  void aDecoderKeepsNothingOfTheRecordBefore() {
    decoding.event(write(SCHEMA, values("r1", 2.5, 9L, 1)));

    Event second = decoding.event(write(SCHEMA, values("r2", null, null, 2)));

    assertThat(Arrays.asList(second.value(1), second.value(2), second.value(3)))
        .containsExactly("r2", null, null);
    assertThat(second.numbers).containsExactly(2, 0, 0);
  }

  @Test
  void unknownFieldsOfEveryKindAreReadOver() {
    String inner =
        "{\"type\":\"record\",\"name\":\"I\",\"fields\":["
            + "{\"name\":\"next\",\"type\":[\"null\",\"I\"]},{\"name\":\"b\",\"type\":\"bytes\"}]}";
    Schema schema =
        record(
            field("a", "{\"type\":\"array\",\"items\":\"string\"}"),
            field("m", "{\"type\":\"map\",\"values\":\"double\"}"),
            field("i", inner),
            field("id", "\"string\""),
            field("e", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"P\",\"Q\"]}"),
            field("f", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":3}"),
            field("nothing", "{\"type\":\"array\",\"items\":\"null\"}"),
            field("fl", "\"float\""),
            field("bo", "\"boolean\""),
            field("ts", MILLIS));
    GenericData.Record tail = new GenericData.Record(schema.getField("i").schema());
    tail.put("b", ByteBuffer.wrap(new byte[] {1, 2}));
    GenericData.Record head = new GenericData.Record(schema.getField("i").schema());
    head.put("next", tail);
    head.put("b", ByteBuffer.wrap(new byte[0]));
    Map<String, Object> values = new HashMap<>();
    values.put("a", List.of("p", "q"));
    values.put("m", Map.of("k", 1.0));
    values.put("i", head);
    values.put("id", "r1");
    values.put("e", new GenericData.EnumSymbol(schema.getField("e").schema(), "Q"));
    values.put("f", new GenericData.Fixed(schema.getField("f").schema(), new byte[] {1, 2, 3}));
    values.put("nothing", Collections.nCopies(3, null));
    values.put("fl", 1.5f);
    values.put("bo", true);
    values.put("ts", 5L);

    Event event = decoding(schema).event(write(schema, values));

    assertThat(event.value(1)).isEqualTo("r1");
    assertThat(event.timestamp).isEqualTo(5);
    assertThat(event.isNull(2) && event.isNull(3)).isTrue();
  }

  @Test
  void numbersAreWidenedAndEnumsAreStrings() {
    Schema schema =
        record(
            field("id", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"P\",\"Q\"]}"),
            field("x", "[\"null\",\"int\",\"float\"]"),
            field("n", "\"int\""),
            field("ts", MILLIS));
    Map<String, Object> values = values(null, 1.5f, -7, 5L);
    values.put("id", new GenericData.EnumSymbol(schema.getField("id").schema(), "Q"));
    Decoding decoding = decoding(schema);

    Event event = decoding.event(write(schema, values));
    values.put("x", 3);
    Event other = decoding.event(write(schema, values));

    assertThat(Arrays.asList(event.value(1), event.value(2), event.value(3)))
        .containsExactly("Q", 1.5, -7L);
    assertThat(other.value(2)).isEqualTo(3.0);
  }

  @Test
  void theWritersUnitOfTimeCountsBeforeTheStreams() {
    assertThat(timestamp("{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}", 1_999L))
        .isEqualTo(1);
    assertThat(timestamp("{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}", -1L))
        .isEqualTo(-1);
    assertThat(timestamp("{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}", 5_000_000L))
        .isEqualTo(5);
    assertThat(timestamp(MILLIS, 17L)).isEqualTo(17);
    // A plain number is in the unit of the stream, here seconds.
    assertThat(timestamp("\"int\"", 17)).isEqualTo(17_000);
    assertThat(timestamp("\"double\"", 17.0015)).isEqualTo(17_001);
    assertThat(timestamp("\"string\"", "17.5")).isEqualTo(17_500);
  }

  private static long timestamp(String type, Object ts) {
    Schema schema = record(field("ts", type));
    StreamDefinition stream =
        Decoding.stream(List.of(), TS)
            .eventTime("ts", EventTimeUnit.SECONDS)
            .decoder(DecoderSpec.avro(schema.toString()))
            .build();
    return new Decoding(stream).event(write(schema, Map.of("ts", ts))).timestamp;
  }

  @Test
  void everyWayOfBreakingARecordHasItsReason() {
    byte[] good = write(SCHEMA, values("r1", 2.5, 9L, 1));

    for (int length = 1; length < good.length; length++) {
      decoding.assertRefused(
          Arrays.copyOf(good, length), DeadLetterReason.MALFORMED, "the value ends");
    }
    decoding.assertRefused(
        Arrays.copyOf(good, good.length + 1), DeadLetterReason.TRAILING_BYTES, "bytes are left");
    byte[] branch = good.clone();
    branch[3] = 6;
    decoding.assertRefused(branch, DeadLetterReason.MALFORMED, "branch 3 of a union of 2");
    decoding.assertRefused(new byte[] {1}, DeadLetterReason.MALFORMED, "field 'id' cannot be read");
    byte[] utf8 = good.clone();
    utf8[1] = (byte) 0xFF;
    decoding.assertRefused(utf8, DeadLetterReason.MALFORMED, "not UTF-8");
    decoding.assertRefused(
        write(SCHEMA, values("", 2.5, 9L, 1)), DeadLetterReason.EMPTY_KEY, "field 'id'");
    decoding.assertRefused(
        write(SCHEMA, values("r1", 2.5, 9L, Long.MAX_VALUE)),
        DeadLetterReason.INVALID_TIMESTAMP,
        "not within the years 1 to 9999");
    decoding.assertRefused(
        write(SCHEMA, values("r1", 2.5, 9L, Decoding.NOW + 1001)),
        DeadLetterReason.TIMESTAMP_IN_FUTURE,
        "1001 ms ahead of the record's time 2023-11-14T22:13:20Z; at most 1000 ms are allowed");
    assertThat(decoding.event(write(SCHEMA, values("r1", 2.5, 9L, Decoding.NOW + 1000))).timestamp)
        .isEqualTo(Decoding.NOW + 1000);
  }

  @Test
  void nullsWhereNoneMayBeHaveTheirReason() {
    Schema schema =
        record(
            field("id", "[\"null\",\"string\"]"),
            field("must", "[\"null\",\"double\"]"),
            field("ts", "[\"null\",\"long\"]"));
    Field must = new Field("must", FieldType.DOUBLE, false);
    Decoding strict =
        new Decoding(
            Decoding.stream(List.of("id"), TS, new Field("id", FieldType.STRING, true), must)
                .decoder(DecoderSpec.avro(schema.toString()))
                .build());
    Map<String, Object> values = new HashMap<>(Map.of("id", "r", "must", 1.0, "ts", 5L));

    values.put("must", null);
    strict.assertRefused(
        write(schema, values), DeadLetterReason.MISSING_FIELD, "field 'must' of type double");
    values.put("id", null);
    strict.assertRefused(write(schema, values), DeadLetterReason.MISSING_KEY, "field 'id'");
    values.put("ts", null);
    strict.assertRefused(write(schema, values), DeadLetterReason.MISSING_TIMESTAMP, "field 'ts'");
  }

  @Test
  void aBranchOfAnotherTypeIsAWrongType() {
    Schema schema =
        record(
            field("id", "\"string\""), field("x", "[\"double\",\"string\"]"), field("ts", MILLIS));
    Decoding decoding = decoding(schema);

    assertThat(decoding.event(write(schema, Map.of("id", "r", "x", 1.0, "ts", 5L))).value(2))
        .isEqualTo(1.0);
    decoding.assertRefused(
        write(schema, Map.of("id", "r", "x", "text", "ts", 5L)),
        DeadLetterReason.WRONG_TYPE,
        "field 'x' of type double holds Avro \"string\"");
  }

  @Test
  void aKeyThatIsNoNumberIsInvalid() {
    Schema schema = record(field("k", "\"double\""), field("ts", "\"long\""));
    Decoding decoding =
        new Decoding(
            Decoding.stream(List.of("k"), TS, new Field("k", FieldType.DOUBLE, false))
                .decoder(DecoderSpec.avro(schema.toString()))
                .build());

    decoding.assertRefused(
        write(schema, Map.of("k", Double.NaN, "ts", 5L)), DeadLetterReason.INVALID_KEY, "NaN");
  }

  @Test
  void hugeCountsAndDeepNestingEndSoon() {
    Schema nulls =
        record(
            field("a", "{\"type\":\"array\",\"items\":\"null\"}"),
            field("id", "\"string\""),
            field("ts", MILLIS));
    // One block of 2^62 nulls takes no bytes beyond its count.
    byte[] count = {-2, -1, -1, -1, -1, -1, -1, -1, 127, 0, 2, 'r', 10};
    assertThat(decoding(nulls).event(count).value(1)).isEqualTo("r");

    Schema deep =
        record(
            field(
                "list",
                "{\"type\":\"record\",\"name\":\"L\",\"fields\":["
                    + "{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}"),
            field("id", "\"string\""),
            field("ts", MILLIS));
    byte[] nested = new byte[100_000];
    Arrays.fill(nested, (byte) 2);
    decoding(deep).assertRefused(nested, DeadLetterReason.MALFORMED, "nested more than 200 deep");
  }

  @Test
  void aStringLongerThanTheMessageIsRefusedBeforeMemoryIsTakenForIt() {
    Schema schema = record(field("id", "\"string\""), field("ts", MILLIS));
    // A length of 2^30 in a message of a few bytes: as an array it would be a gigabyte.
    byte[] claimed = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8, 'r', 10};
    Decoding decoding = decoding(schema);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    decoding.assertRefused(claimed, DeadLetterReason.MALFORMED, "");

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000_000);
  }

  @Test
  void aSchemaThatCannotFillTheStreamIsRefusedBeforeAnythingIsRead() {
    assertUnfit(record(field("ts", MILLIS)), "schema 'R' has no field 'id'");
    assertUnfit(
        record(field("id", "\"long\""), field("ts", MILLIS)),
        "field 'id' is written as \"long\", and is string in stream 's'");
    assertUnfit(
        record(field("id", "\"string\""), field("n", "\"double\""), field("ts", MILLIS)),
        "field 'n' is written as \"double\", and is long");
    assertUnfit(
        record(
            field("id", "\"string\""),
            field("ts", "{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}")),
        "field 'ts' is written as");
    assertUnfit(
        record(field("id", "\"string\""), field("x", "[\"null\",\"string\"]"), field("ts", MILLIS)),
        "field 'x' is written as [\"null\",\"string\"]");
    assertUnfit(AvroValues.schema("\"string\""), "the schema is STRING, not a record");
  }

  private static void assertUnfit(Schema schema, String message) {
    assertThatThrownBy(() -> new AvroDecoder(stream(schema)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stream 's'")
        .hasMessageContaining(message);
  }

  @Test
  void textThatIsNoSchemaIsRefused() {
    StreamDefinition stream =
        Decoding.stream(List.of(), TS).decoder(DecoderSpec.avro("{\"type\":")).build();

    assertThatThrownBy(() -> new AvroDecoder(stream))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its Avro schema cannot be parsed");
  }
}
