package io.tidegate.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.Event;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDecoderTest {
  private static final Field TS = new Field("ts", FieldType.TIMESTAMP, false);

  private final Decoding decoding =
      new Decoding(
          Decoding.stream(
                  List.of("id"),
                  TS,
                  new Field("id", FieldType.STRING, false),
                  new Field("x", FieldType.DOUBLE, true),
                  new Field("n", FieldType.LONG, true),
                  new Field("ok", FieldType.BOOLEAN, true),
                  new Field("seen", FieldType.TIMESTAMP, true))
              .build());

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<Object> values(String json) {
    Event event = decoding.event(utf8(json));
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < event.type.size(); i++) {
      values.add(event.value(i));
    }
    return values;
  }

  @Test
  void membersAreFoundByNameInAnyOrder() {
    assertThat(
            values(
                "{\"ok\":true,\"x\":-1.5e3,\"id\":\"r\\u00e9 😀\",\"n\":-9223372036854775808,"
                    + "\"ts\":12,\"seen\":\"1970-01-01T00:00:01+00:00\"}"))
        .containsExactly(12L, "ré 😀", -1500.0, Long.MIN_VALUE, true, 1000L);
    assertThat(values(" {\"ts\" : 13 , \"id\":\"q\"} \n"))
        .containsExactly(13L, "q", null, null, null, null);
  }

  @Test
  void unknownMembersAreReadOver() {
    assertThat(
            values(
                "{\"a\":{\"id\":\"no\",\"b\":[1,{\"ts\":2}]},\"id\":\"r\",\"c\":[[]],\"d\":null,"
                    + "\"ts\":1}"))
        .containsExactly(1L, "r", null, null, null, null);
  }

  @Test
  void ofMembersOfOneNameTheLastCounts() {
    assertThat(values("{\"id\":\"a\",\"x\":1,\"ts\":1,\"x\":null,\"id\":\"b\",\"ts\":2}"))
        .containsExactly(2L, "b", null, null, null, null);
    assertThat(values("{\"id\":\"a\",\"x\":null,\"ts\":1,\"x\":4}"))
        .containsExactly(1L, "a", 4.0, null, null, null);
  }

  @Test
  void numbersMayBeWrittenAsProducersWriteThem() {
    assertThat(values("{\"id\":\"a\",\"ts\":1.0,\"n\":3.0,\"x\":NaN}"))
        .containsExactly(1L, "a", Double.NaN, 3L, null, null);
    assertThat(values("{\"id\":\"a\",\"ts\":1,\"x\":\"-Infinity\"}").get(2))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(values("{\"id\":\"a\",\"ts\":1,\"x\":Infinity}").get(2))
        .isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(values("{\"id\":\"a\",\"ts\":1,\"x\":9007199254740993}").get(2))
        .isEqualTo(9007199254740992.0);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      value = {
        "{`id`:`r`,`ts`:1; MALFORMED; no JSON",
        "{`id`:`r`,`ts`:1]; MALFORMED; no JSON",
        "{`id`:`r`,`ts`:01}; MALFORMED; no JSON",
        "{`id`:`r` `ts`:1}; MALFORMED; no JSON",
        "not json; MALFORMED; no JSON",
        "{'id':1}; MALFORMED; no JSON",
        "{`id`:`\\ud800`,`ts`:1}; MALFORMED; half a surrogate pair",
        "{`id`:`\\udc00x`,`ts`:1}; MALFORMED; half a surrogate pair",
        "{`id`:`r`,`ts`:1}x; TRAILING_BYTES; the object ends at byte 17",
        "{`id`:`r`,`ts`:1}{}; TRAILING_BYTES; and more follows",
        "[1]; NOT_A_RECORD; an array",
        "17; NOT_A_RECORD; a whole number",
        "null; NOT_A_RECORD; null",
        "`text`; NOT_A_RECORD; a string",
        "{`id`:5,`ts`:1}; WRONG_TYPE; field 'id' of type string holds a whole number",
        "{`id`:`r`,`ts`:1,`x`:`1.5`}; WRONG_TYPE; field 'x' of type double holds a string",
        "{`id`:`r`,`ts`:1,`x`:{}}; WRONG_TYPE; holds an object",
        "{`id`:`r`,`ts`:1,`n`:[1]}; WRONG_TYPE; holds an array",
        "{`id`:`r`,`ts`:1,`n`:1.5}; WRONG_TYPE; holds the fraction 1.5",
        "{`id`:`r`,`ts`:1,`n`:NaN}; WRONG_TYPE; holds the fraction NaN",
        "{`id`:`r`,`ts`:1,`ok`:1}; WRONG_TYPE; field 'ok' of type boolean holds a whole number",
        "{`id`:`r`,`ts`:1,`seen`:`soon`}; WRONG_TYPE; field 'seen'",
        "{`id`:`r`,`ts`:1,`n`:9223372036854775808}; NUMBER_OUT_OF_RANGE; 9223372036854775808",
        "{`id`:`r`,`ts`:1,`n`:1e30}; NUMBER_OUT_OF_RANGE; field 'n'",
        "{`id`:`r`,`ts`:1,`x`:1e999}; NUMBER_OUT_OF_RANGE; field 'x' of type double cannot hold",
        "{`ts`:1}; MISSING_KEY; field 'id'",
        "{`id`:null,`ts`:1}; MISSING_KEY; field 'id'",
        "{`id`:``,`ts`:1}; EMPTY_KEY; field 'id'",
        "{`id`:`r`}; MISSING_TIMESTAMP; field 'ts'",
        "{`id`:`r`,`ts`:null}; MISSING_TIMESTAMP; field 'ts'",
        "{}; MISSING_TIMESTAMP; field 'ts'",
        "{`id`:`r`,`ts`:`yesterday`}; INVALID_TIMESTAMP; 'yesterday' is no number of ms",
        "{`id`:`r`,`ts`:true}; INVALID_TIMESTAMP; a boolean",
        "{`id`:`r`,`ts`:{}}; INVALID_TIMESTAMP; an object",
        "{`id`:`r`,`ts`:1e300}; INVALID_TIMESTAMP; years 1 to 9999",
        "{`id`:`r`,`ts`:99999999999999999999}; INVALID_TIMESTAMP; years 1 to 9999",
        "{`id`:`r`,`ts`:NaN}; INVALID_TIMESTAMP; NaN is no time",
        "{`id`:`r`,`ts`:1700000001001}; TIMESTAMP_IN_FUTURE; 1001 ms ahead",
      })
  void everyWayOfBreakingAnObjectHasItsReason(String json, DeadLetterReason reason, String detail) {
    decoding.assertRefused(utf8(json.replace('`', '"')), reason, detail);
    assertThat(values("{\"id\":\"r\",\"ts\":1}")).startsWith(1L, "r");
  }

  @Test
  void bytesThatAreNoTextAreMalformed() {
    decoding.assertRefused(utf8("   "), DeadLetterReason.MALFORMED, "only white space");
    decoding.assertRefused(new byte[] {0, 1, 2, 3}, DeadLetterReason.MALFORMED, "no JSON");
    byte[] broken = utf8("{\"id\":\"r\",\"ts\":1}");
    broken[7] = (byte) 0xFF;
    decoding.assertRefused(broken, DeadLetterReason.MALFORMED, "no JSON");
    byte[] zeros = new byte[9];
    Arrays.fill(zeros, (byte) 0xFE);
    decoding.assertRefused(zeros, DeadLetterReason.MALFORMED, "no JSON");
  }

  @Test
  void deepNestingIsMalformedAndNotACrash() {
    decoding.assertRefused(
        utf8("{\"a\":" + "[".repeat(100_000)), DeadLetterReason.MALFORMED, "no JSON");
  }

  @Test
  void namesThatChangeFromRecordToRecordAreStillFound() {
    for (int i = 0; i < 2000; i++) {
      assertThat(values("{\"u" + i + "\":1,\"id\":\"r" + i + "\",\"ts\":" + i + "}"))
          .startsWith((long) i, "r" + i);
      assertThat(values("{\"ts\":" + i + ",\"id\":\"q\"}")).startsWith((long) i, "q");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1700000000", "1700000000.0", "\"1700000000\"", "17e8"})
  void secondsMayBeNumbersOrText(String ts) {
    Decoding seconds =
        new Decoding(Decoding.stream(List.of(), TS).eventTime("ts", EventTimeUnit.SECONDS).build());

    assertThat(seconds.event(utf8("{\"ts\":" + ts + "}")).timestamp).isEqualTo(1_700_000_000_000L);
  }

  @Test
  void isoTimesNeedAZone() {
    Decoding iso =
        new Decoding(Decoding.stream(List.of(), TS).eventTime("ts", EventTimeUnit.ISO8601).build());

    assertThat(iso.event(utf8("{\"ts\":\"2018-04-01T02:00:00.25+02:00\"}")).timestamp)
        .isEqualTo(1_522_540_800_250L);
    for (String text : List.of("\"2018-04-01T00:00:00\"", "\"2018-04-01\"", "1522540800")) {
      iso.assertRefused(
          utf8("{\"ts\":" + text + "}"), DeadLetterReason.INVALID_TIMESTAMP, "ISO 8601");
    }
  }

  @Test
  void anEventTimeFieldOfAnotherTypeKeepsItsValue() {
    Decoding text =
        new Decoding(
            Decoding.stream(List.of(), new Field("ts", FieldType.STRING, false))
                .eventTime("ts", EventTimeUnit.ISO8601)
                .build());
    Decoding real =
        new Decoding(
            Decoding.stream(List.of(), new Field("ts", FieldType.DOUBLE, false))
                .eventTime("ts", EventTimeUnit.SECONDS)
                .build());

    Event fromText = text.event(utf8("{\"ts\":\"1970-01-01T00:00:01Z\"}"));
    Event fromReal = real.event(utf8("{\"ts\":1.001}"));

    assertThat(fromText.timestamp).isEqualTo(1000);
    assertThat(fromText.value(0)).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(fromReal.timestamp).isEqualTo(1001);
    assertThat(fromReal.value(0)).isEqualTo(1.001);
  }
}
