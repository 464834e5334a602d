package io.tidegate.derive;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Every derived field is what a plain look at all events before gives. */
class DerivationLawsTest {
  private static final int TRADES = 0;
  private static final int LIMITS = 1;
  private static final int[][] BY_BOTH = {{0}, {0}};
  private static final int[][] BY_TRADES = {{0}, null};

  private static final Field[] DECLARED = {
    new Field("symbol", FieldType.STRING, false),
    new Field("ts", FieldType.TIMESTAMP, false),
    new Field("price", FieldType.DOUBLE, true),
    new Field("volume", FieldType.LONG, true),
    new Field("venue", FieldType.STRING, true),
    new Field("open", FieldType.BOOLEAN, true)
  };

  private static final List<Specification> SPECIFICATIONS = specifications();

  /** What a derived field is, without places. */
  private record Specification(
      DerivedFunction function, String field, int events, long rangeMs, boolean current) {}

  private static List<Specification> specifications() {
    List<Specification> all = new ArrayList<>();
    for (int[] over : new int[][] {{3, 0}, {1, 0}, {0, 40}, {0, 10}}) {
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

  private static final StreamDefinition[] STREAMS = streams();

  private static StreamDefinition[] streams() {
    List<Field> derived = new ArrayList<>();
    for (int i = 0; i < SPECIFICATIONS.size(); i++) {
      derived.add(new Field("d" + i, typeOf(SPECIFICATIONS.get(i)), true));
    }
    return new StreamDefinition[] {
      stream(TRADES, "trades", derived), stream(LIMITS, "limits", List.of())
    };
  }

  private static Derivation derivation() {
    List<DerivedField> fields = new ArrayList<>();
    EventType declared = STREAMS[TRADES].type();
    for (int i = 0; i < SPECIFICATIONS.size(); i++) {
      Specification one = SPECIFICATIONS.get(i);
      boolean latest = one.function() == DerivedFunction.LATEST;
      fields.add(
          new DerivedField(
              "d" + i,
              typeOf(one),
              one.function(),
              TRADES,
              STREAMS[TRADES].handledType().indexOf("d" + i),
              latest ? LIMITS : TRADES,
              one.field() == null ? -1 : declared.indexOf(one.field()),
              one.field() == null ? null : sourceType(one),
              latest ? BY_BOTH : BY_TRADES,
              one.events(),
              one.rangeMs(),
              one.current()));
    }
    return new Derivation(fields, STREAMS);
  }

  @Property(tries = 150)
  void everyFieldIsWhatAPlainLookAtTheEventsBeforeGives(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Derivation derivation = derivation();
    DerivedState state = new DerivedState();
    List<Event> before = new ArrayList<>();
    for (Event event : events(random, 60)) {
      if (random.nextInt(6) == 0) {
        state = random.nextBoolean() ? restored(state) : state.copy();
      }
      if (random.nextInt(6) == 0) {
        state.forget(event.timestamp - 1);
      }
      Event derived = derivation.next(state, event);
      if (event.stream == TRADES) {
        for (int i = 0; i < SPECIFICATIONS.size(); i++) {
          Object expected = plain(SPECIFICATIONS.get(i), before, event);
          assertThat(derived.value(DECLARED.length + i))
              .as("%s of %s after %s", SPECIFICATIONS.get(i), event, before)
              .isEqualTo(expected);
        }
        assertThat(Identities.of(STREAMS[TRADES], derived))
            .isEqualTo(Identities.of(STREAMS[TRADES], event));
        assertThat(Identities.compare(STREAMS, derived, event)).isZero();
      } else {
        assertThat(derived).isSameAs(event);
      }
      before.add(event);
    }
  }

  private static DerivedState restored(DerivedState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));
    return DerivedState.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  /** Events in the total order, with ties in time and nulls, numbers of very different sizes. */
  private static List<Event> events(Random random, int count) {
    List<Event> events = new ArrayList<>();
    long ts = 0;
    for (int i = 0; i < count; i++) {
      ts += random.nextInt(3) == 0 ? 0 : random.nextInt(12);
      int stream = random.nextInt(4) == 0 ? LIMITS : TRADES;
      events.add(
          EventBuilder.of(STREAMS[stream])
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
    events.sort(Identities.order(STREAMS));
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

  private static Object plain(Specification one, List<Event> before, Event event) {
    if (one.function() == DerivedFunction.LATEST) {
      Object latest = null;
      for (Event earlier : before) {
        latest = earlier.stream == LIMITS ? value(earlier, one.field()) : latest;
      }
      return latest;
    }
    List<Event> seen = new ArrayList<>(before.stream().filter(e -> e.stream == TRADES).toList());
    if (one.current()) {
      seen.add(event);
    }
    if (one.events() > 0) {
      seen = seen.subList(Math.max(0, seen.size() - one.events()), seen.size());
    } else {
      seen = seen.stream().filter(e -> e.timestamp > event.timestamp - one.rangeMs()).toList();
    }
    if (one.field() == null) {
      return (long) seen.size();
    }
    List<Object> values =
        seen.stream().map(e -> value(e, one.field())).filter(Objects::nonNull).toList();
    return switch (one.function()) {
      case COUNT -> (long) values.size();
      case DISTINCT ->
          values.stream()
              .map(v -> v instanceof Double d ? (Object) (d + 0.0) : v)
              .distinct()
              .count();
      case PREVIOUS -> values.isEmpty() ? null : values.get(0);
      case MIN, MAX -> extreme(one.function() == DerivedFunction.MIN, values);
      default -> moment(one, values);
    };
  }

  private static Object extreme(boolean least, List<Object> values) {
    if (values.isEmpty()) {
      return null;
    }
    if (values.get(0) instanceof Long) {
      var numbers = values.stream().mapToLong(v -> (Long) v);
      return least ? numbers.min().getAsLong() : numbers.max().getAsLong();
    }
    var numbers = values.stream().map(v -> (Double) v);
    return least
        ? numbers.reduce(Math::min).orElseThrow()
        : numbers.reduce(Math::max).orElseThrow();
  }

  private static Object moment(Specification one, List<Object> values) {
    boolean longs = one.field().equals("volume");
    if (one.function() == DerivedFunction.SUM && longs) {
      return values.stream().mapToLong(v -> (Long) v).sum();
    }
    int least =
        one.function() == DerivedFunction.SUM ? 0 : one.function() == DerivedFunction.AVG ? 1 : 2;
    if (values.size() < least) {
      return null;
    }
    if (values.stream().anyMatch(v -> v instanceof Double d && d.isNaN())) {
      return Double.NaN;
    }
    // A standard deviation sees a long as the nearest double.
    boolean rounds = longs && one.function() == DerivedFunction.STDDEV;
    List<BigDecimal> numbers =
        values.stream()
            .map(
                v ->
                    v instanceof Long l
                        ? rounds ? new BigDecimal((double) l) : BigDecimal.valueOf(l)
                        : new BigDecimal((Double) v))
            .toList();
    BigDecimal sum = numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    if (one.function() == DerivedFunction.SUM) {
      return sum.doubleValue();
    }
    if (one.function() == DerivedFunction.AVG) {
      return sum.doubleValue() / values.size();
    }
    BigDecimal n = BigDecimal.valueOf(values.size());
    BigDecimal squares =
        numbers.stream().map(x -> x.multiply(x)).reduce(BigDecimal.ZERO, BigDecimal::add);
    double spread =
        n.multiply(squares).subtract(sum.multiply(sum)).round(MathContext.UNLIMITED).doubleValue();
    return Math.sqrt(spread / ((double) values.size() * (values.size() - 1)));
  }

  private static Object value(Event event, String field) {
    return event.value(event.type.indexOf(field));
  }

  @Example
  void aDriftingMeanAndAVarianceAroundALargeMeanAreRight() {
    // A naive running sum of squares gives nothing right here.
    Derivation derivation = derivation();
    DerivedState state = new DerivedState();
    Event last = null;
    for (int i = 0; i < 10_000; i++) {
      double price = i < 5_000 ? 1e150 : 1e9 + i % 3;
      last =
          derivation.next(
              state,
              EventBuilder.of(STREAMS[TRADES])
                  .at(i)
                  .set("symbol", "a")
                  .set("ts", (long) i)
                  .set("price", price)
                  .build());
    }
    int stddev =
        SPECIFICATIONS.indexOf(new Specification(DerivedFunction.STDDEV, "price", 3, 0, true));
    assertThat(last.value(DECLARED.length + stddev)).isEqualTo(1.0);
  }

  @Example
  void onlyTimeRangesAreForgotten() throws IOException {
    Derivation derivation = derivation();
    DerivedState state = new DerivedState();
    assertThat(state.isEmpty()).isTrue();
    assertThat(state.emptyAt()).isEqualTo(Long.MIN_VALUE);
    derivation.next(
        state,
        EventBuilder.of(STREAMS[TRADES])
            .at(100)
            .set("symbol", "a")
            .set("ts", 100L)
            .set("price", 1.0)
            .build());
    assertThat(state.emptyAt()).isEqualTo(140);
    state.forget(139);
    assertThat(state.emptyAt()).isEqualTo(140);
    state.forget(140);
    assertThat(state.emptyAt()).isEqualTo(Long.MIN_VALUE);
    assertThat(state.isEmpty()).as("the last events stay").isFalse();
    assertThat(restored(state).isEmpty()).isFalse();
  }
}
