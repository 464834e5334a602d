package io.tidegate.derive;

import io.tidegate.event.Event;
import io.tidegate.event.EventBuilder;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Trades with every derived field that there can be, over some numbers of events and ranges. */
final class Trades {
  static final int TRADES = 0;
  static final int LIMITS = 1;
  private static final int[][] BY_BOTH = {{0}, {0}};
  private static final int[][] BY_TRADES = {{0}, null};

  static final Field[] DECLARED = {
    new Field("symbol", FieldType.STRING, false),
    new Field("ts", FieldType.TIMESTAMP, false),
    new Field("price", FieldType.DOUBLE, true),
    new Field("volume", FieldType.LONG, true),
    new Field("venue", FieldType.STRING, true),
    new Field("open", FieldType.BOOLEAN, true)
  };

  /** What a derived field is, without places. */
  record Specification(
      DerivedFunction function, String field, int events, long rangeMs, boolean current) {}

  final List<Specification> specifications;
  final StreamDefinition[] streams;

  /**
   * Trades.
   *
   * @param overs pairs of a number of events and a range in ms, one of them 0
   */
  Trades(int[]... overs) {
    specifications = specifications(overs);
    streams = streams(specifications);
  }

  private static List<Specification> specifications(int[][] overs) {
    List<Specification> all = new ArrayList<>();
    for (int[] over : overs) {
      for (boolean current : new boolean[] {false, true}) {
        all.add(new Specification(DerivedFunction.COUNT, null, over[0], over[1], current));
        all.add(new Specification(DerivedFunction.COUNT, "venue", over[0], over[1], current));
        for (String number : List.of("price", "volume")) {
          for (DerivedFunction function :
              List.of(
                  DerivedFunction.SUM,
                  DerivedFunction.AVG,
                  DerivedFunction.MIN,
                  DerivedFunction.MAX,
                  DerivedFunction.STDDEV)) {
            all.add(new Specification(function, number, over[0], over[1], current));
          }
        }
        all.add(new Specification(DerivedFunction.MAX, "ts", over[0], over[1], current));
        for (String any : List.of("price", "volume", "venue", "open")) {
          all.add(new Specification(DerivedFunction.DISTINCT, any, over[0], over[1], current));
        }
      }
    }
    for (String any : List.of("price", "volume", "venue", "open", "ts")) {
      all.add(new Specification(DerivedFunction.PREVIOUS, any, 1, 0, false));
      all.add(new Specification(DerivedFunction.LATEST, any, 1, 0, false));
    }
    return all;
  }

  private static StreamDefinition stream(int index, String name, List<Field> derived) {
    return StreamDefinition.builder(index, EventType.of(name, DECLARED))
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .key(List.of("symbol"))
        .derived(derived)
        .build();
  }

  private static FieldType typeOf(Specification one) {
    FieldType source = one.field() == null ? null : sourceType(one);
    return switch (one.function()) {
      case COUNT, DISTINCT -> FieldType.LONG;
      case AVG, STDDEV -> FieldType.DOUBLE;
      default -> source;
    };
  }

  private static FieldType sourceType(Specification one) {
    for (Field field : DECLARED) {
      if (field.name().equals(one.field())) {
        return field.type();
      }
    }
    throw new IllegalStateException(one.field());
  }

  private static StreamDefinition[] streams(List<Specification> specifications) {
    List<Field> derived = new ArrayList<>();
    for (int i = 0; i < specifications.size(); i++) {
      derived.add(new Field("d" + i, typeOf(specifications.get(i)), true));
    }
    return new StreamDefinition[] {
      stream(TRADES, "trades", derived), stream(LIMITS, "limits", List.of())
    };
  }

  /** What computes the fields. */
  Derivation derivation() {
    List<DerivedField> fields = new ArrayList<>();
    EventType declared = streams[TRADES].type();
    for (int i = 0; i < specifications.size(); i++) {
      Specification one = specifications.get(i);
      boolean latest = one.function() == DerivedFunction.LATEST;
      fields.add(
          new DerivedField(
              "d" + i,
              typeOf(one),
              one.function(),
              TRADES,
              streams[TRADES].handledType().indexOf("d" + i),
              latest ? LIMITS : TRADES,
              one.field() == null ? -1 : declared.indexOf(one.field()),
              one.field() == null ? null : sourceType(one),
              latest ? BY_BOTH : BY_TRADES,
              one.events(),
              one.rangeMs(),
              one.current()));
    }
    return new Derivation(fields, streams);
  }

  /** Events in the total order, with ties in time and nulls, numbers of very different sizes. */
  List<Event> events(Random random, int count) {
    List<Event> events = new ArrayList<>();
    long ts = 0;
    for (int i = 0; i < count; i++) {
      ts += random.nextInt(3) == 0 ? 0 : random.nextInt(12);
      int stream = random.nextInt(4) == 0 ? LIMITS : TRADES;
      events.add(
          EventBuilder.of(streams[stream])
              .at(ts)
              .from(0, 0, i)
              .set("symbol", "a")
              .set("ts", ts)
              .set("price", random.nextInt(5) == 0 ? null : price(random))
              .set("volume", random.nextInt(5) == 0 ? null : volume(random))
              .set(
                  "venue", random.nextInt(5) == 0 ? null : "v" + random.nextInt(3) + "\ud83d\ude00")
              .set("open", random.nextInt(5) == 0 ? null : random.nextBoolean())
              .build());
    }
    events.sort(Identities.order(streams));
    return events;
  }

  private static double price(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> -0.0;
      case 1 -> 0.0;
      case 2 -> random.nextInt(8) == 0 ? Double.NaN : 1e100;
      case 3 -> -1e100;
      case 4 -> 1e9 + random.nextInt(3);
      default -> random.nextInt(8) / 10.0;
    };
  }

  private static long volume(Random random) {
    return random.nextInt(6) == 0 ? Long.MAX_VALUE - random.nextInt(3) : random.nextInt(5);
  }

  /** What is read of a state that was written. */
  static DerivedState restored(DerivedState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));
    return DerivedState.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  static Object value(Event event, String field) {
    return event.value(event.type.indexOf(field));
  }
}
