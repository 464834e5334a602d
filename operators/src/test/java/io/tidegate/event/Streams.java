package io.tidegate.event;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Streams and events for tests: any types, any values. */
public final class Streams {
  private Streams() {}

  /** Chars of every width and kind, halves of surrogate pairs too. */
  public static Arbitrary<String> anyText() {
    Arbitrary<String> latin =
        Arbitraries.strings().withCharRange('\u0000', '\u00ff').ofMaxLength(8);
    Arbitrary<String> wide = Arbitraries.strings().all().ofMaxLength(8);
    return Arbitraries.oneOf(latin, wide, Arbitraries.just("x".repeat(5000)));
  }

  /** Text without halves of surrogate pairs. */
  public static Arbitrary<String> unicodeText() {
    return Arbitraries.strings().all().ofMaxLength(12).filter(Streams::isUnicode);
  }

  private static boolean isUnicode(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /**
   * A stream of a random type with 1 to 70 fields; the first, {@code ts}, is its event time.
   * Nothing is required but that.
   */
  public static Arbitrary<StreamDefinition> stream(int index) {
    Arbitrary<FieldType> types = Arbitraries.of(FieldType.class);
    return types
        .list()
        .ofMaxSize(70)
        .map(
            rest -> {
              List<Field> fields = new ArrayList<>();
              fields.add(new Field("ts", FieldType.TIMESTAMP, false));
              for (FieldType type : rest) {
                fields.add(new Field("f" + fields.size(), type, true));
              }
              EventType type =
                  EventType.of("stream" + index, List.of("a" + index, "b" + index), fields);
              return StreamDefinition.builder(index, type)
                  .eventTime("ts", EventTimeUnit.MILLISECONDS)
                  .build();
            });
  }

  /** Any event of a stream; text comes from the given arbitrary. */
  public static Arbitrary<Event> event(StreamDefinition stream, Arbitrary<String> text) {
    Arbitrary<Long> times = Arbitraries.longs().between(-62_135_596_800_000L, 253_402_300_799_999L);
    Arbitrary<Object[]> values = Arbitraries.create(() -> new Object[stream.type().size()]);
    for (int i = 1; i < stream.type().size(); i++) {
      int field = i;
      Arbitrary<?> value = value(stream.type().field(i).type(), text).injectNull(0.2);
      values =
          values.flatMap(
              row ->
                  value.map(
                      v -> {
                        Object[] filled = row.clone();
                        filled[field] = v;
                        return filled;
                      }));
    }
    return values.flatMap(
        row ->
            times.flatMap(
                time ->
                    Arbitraries.longs()
                        .greaterOrEqual(0)
                        .map(offset -> build(stream, row, time, offset))));
  }

  private static Event build(StreamDefinition stream, Object[] row, long time, long offset) {
    EventBuilder builder =
        EventBuilder.of(stream).at(time).from((int) (offset & 1), (int) (offset >>> 40), offset);
    builder.set("ts", time);
    for (int i = 1; i < row.length; i++) {
      builder.set(stream.type().field(i).name(), row[i]);
    }
    return builder.build();
  }

  private static Arbitrary<?> value(FieldType type, Arbitrary<String> text) {
    return switch (type) {
      case BOOLEAN -> Arbitraries.of(true, false);
      case LONG -> Arbitraries.longs();
      case TIMESTAMP -> Arbitraries.longs().between(-62_135_596_800_000L, 253_402_300_799_999L);
      case STRING -> text;
      case DOUBLE ->
          Arbitraries.oneOf(
              Arbitraries.doubles(),
              Arbitraries.of(
                  0.0,
                  -0.0,
                  Double.NaN,
                  Double.POSITIVE_INFINITY,
                  Double.NEGATIVE_INFINITY,
                  Double.MIN_VALUE));
    };
  }

  /** Everything that an event holds, comparable. */
  public static List<Object> content(Event event) {
    List<Object> content = new ArrayList<>();
    content.add(event.type);
    content.add(event.stream);
    content.add(event.timestamp);
    content.add(event.topic);
    content.add(event.partition);
    content.add(event.offset);
    for (int i = 0; i < event.type.size(); i++) {
      content.add(event.isNull(i) ? "null" : event.value(i));
    }
    return content;
  }
}
