package io.tidegate.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.DecoderSpec;
import io.tidegate.event.Event;
import io.tidegate.event.EventJson;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import io.tidegate.event.Streams;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.apache.avro.Schema;

class DecoderLawsTest {
  record Case(StreamDefinition stream, Event event) {}

  @Provide
  Arbitrary<Case> events() {
    return Streams.stream(0)
        .flatMap(
            stream ->
                Streams.event(stream, Streams.unicodeText()).map(event -> new Case(stream, event)));
  }

  @Property(tries = 150)
  void jsonGivesBackTheWrittenEvent(@ForAll("events") Case written) {
    Decoding decoding = unbounded(written.stream, DecoderSpec.json());

    assertThat(values(decoding.event(EventJson.write(written.event))))
        .isEqualTo(values(written.event));
  }

  @Property(tries = 150)
  void avroGivesBackTheWrittenEvent(@ForAll("events") Case written) {
    Schema schema = schema(written.stream.type());
    Decoding decoding = unbounded(written.stream, DecoderSpec.avro(schema.toString()));

    assertThat(values(decoding.event(AvroValues.write(schema, byName(written.event)))))
        .isEqualTo(values(written.event));
  }

  /** Whatever a producer sends, the answer is an event or a refusal, soon. */
  @Property(tries = 100)
  void damagedAvroIsAnEventOrARefusal(@ForAll("events") Case written, @ForAll long seed)
      throws IOException {
    Schema schema = schema(written.stream.type());
    byte[] value = AvroValues.write(schema, byName(written.event));
    damage(unbounded(written.stream, DecoderSpec.avro(schema.toString())), value, seed);
  }

  @Property(tries = 100)
  void damagedJsonIsAnEventOrARefusal(@ForAll("events") Case written, @ForAll long seed)
      throws IOException {
    byte[] value = EventJson.write(written.event);
    damage(unbounded(written.stream, DecoderSpec.json()), value, seed);
  }

  /** Changes up to three bytes, and cuts or lengthens the value now and then; 30 times. */
  private static void damage(Decoding decoding, byte[] good, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 30; i++) {
      int length = random.nextInt(4) == 0 ? 1 + random.nextInt(good.length + 2) : good.length;
      byte[] value = Arrays.copyOf(good, length);
      for (int n = random.nextInt(4); n > 0; n--) {
        value[random.nextInt(length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(decoding.decode(value)).isNotNull();
      } catch (DecodeException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      }
    }
  }

  @Property
  void isoTimesAreReadAsJavaTimeReadsThem(
      @ForAll
          @LongRange(
              min = -62_135_596_800_000L + 64_800_000,
              max = 253_402_300_799_999L - 64_800_000)
          long time,
      @ForAll @IntRange(min = -1079, max = 1079) int zoneMinutes)
      throws Exception {
    OffsetDateTime at =
        Instant.ofEpochMilli(time).atOffset(ZoneOffset.ofTotalSeconds(zoneMinutes * 60));

    String text = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at);

    assertThat(IsoTimes.parse(text)).isEqualTo(time);
    assertThat(IsoTimes.parse(text.replace('T', ' '))).isEqualTo(time);
  }

  @Property
  void textNearATimeIsJudgedAsJavaTimeDoes(@ForAll("nearlyTimes") String text) {
    Long expected;
    try {
      expected = OffsetDateTime.parse(text.replace(' ', 'T')).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      expected = null;
    }
    Long found;
    try {
      found = IsoTimes.parse(text);
    } catch (EventTimes.InvalidTimeException e) {
      found = null;
    }
    assertThat(found).as(text).isEqualTo(expected);
  }

  @Provide
  Arbitrary<String> nearlyTimes() {
    return Combinators.combine(
            Arbitraries.of("2019-02-28", "2020-02-29", "1900-02-29", "2018-13-01", "2018-04-31"),
            Arbitraries.of("T", " ", "t", ""),
            Arbitraries.of("00:00:00", "23:59:59", "24:00:00", "12:60:00", "12:00:60", "12:00"),
            Arbitraries.of("", ".5", ".123456789", ".1234567891", "."),
            Arbitraries.of("Z", "+02:00", "-17:59", "+18:00", "+18:01", "", "+2:00", "z", "+0200"))
        .as((day, t, time, fraction, zone) -> day + t + time + fraction + zone);
  }

  private static Decoding unbounded(StreamDefinition stream, DecoderSpec decoder) {
    return new Decoding(
        StreamDefinition.builder(0, stream.type())
            .eventTime("ts", EventTimeUnit.MILLISECONDS)
            .decoder(decoder)
            .build());
  }

  private static List<Object> values(Event event) {
    List<Object> content = Streams.content(event);
    content.subList(3, 6).clear();
    return content;
  }

  private static Map<String, Object> byName(Event event) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < event.type.size(); i++) {
      values.put(event.type.field(i).name(), event.value(i));
    }
    return values;
  }

  private static Schema schema(EventType type) {
    return AvroValues.record(
        type.fields().stream()
            .map(field -> AvroValues.field(field.name(), avroType(field)))
            .toArray(String[]::new));
  }

  private static String avroType(Field field) {
    String type =
        field.type() == FieldType.TIMESTAMP
            ? "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}"
            : "\"" + field.type().text() + "\"";
    return field.nullable() ? "[\"null\"," + type + "]" : type;
  }
}
