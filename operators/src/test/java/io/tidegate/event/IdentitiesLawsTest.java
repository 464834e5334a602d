package io.tidegate.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class IdentitiesLawsTest {
  private static final StreamDefinition[] STREAMS = {
    stream(0, "b", 0, List.of("id")), stream(1, "a", 0, List.of()), stream(2, "c", -1, List.of())
  };

  private static StreamDefinition stream(
      int index, String name, int priority, List<String> identity) {
    EventType type =
        EventType.of(
            name,
            new Field("ts", FieldType.TIMESTAMP, false),
            new Field("id", FieldType.STRING, true),
            new Field("x", FieldType.DOUBLE, true),
            new Field("ok", FieldType.BOOLEAN, true));
    return StreamDefinition.builder(index, type)
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .identity(identity)
        .priority(priority)
        .build();
  }

  /** Few values, so that ties are frequent. */
  @Provide
  Arbitrary<Event> events() {
    return Combinators.combine(
            Arbitraries.of(STREAMS),
            Arbitraries.longs().between(1, 2),
            Arbitraries.of("", "p", "q|", "q\\").injectNull(0.2),
            Arbitraries.of(0.0, -0.0, 1.5, Double.NaN, Double.NEGATIVE_INFINITY).injectNull(0.2),
            Arbitraries.of(true, false).injectNull(0.2),
            Arbitraries.longs().between(0, 5))
        .as(
            (stream, ts, id, x, ok, offset) ->
                EventBuilder.of(stream)
                    .at(ts)
                    .from(0, (int) (offset % 2), offset)
                    .set("ts", ts)
                    .set("id", id)
                    .set("x", x)
                    .set("ok", ok)
                    .build());
  }

  @Property
  void theOrderIsTotal(
      @ForAll("events") Event a, @ForAll("events") Event b, @ForAll("events") Event c) {
    int ab = Identities.compare(STREAMS, a, b);
    int bc = Identities.compare(STREAMS, b, c);

    assertThat(Integer.signum(Identities.compare(STREAMS, b, a))).isEqualTo(-Integer.signum(ab));
    if (ab <= 0 && bc <= 0) {
      assertThat(Identities.compare(STREAMS, a, c)).isLessThanOrEqualTo(0);
    }
    if (ab == 0) {
      assertThat(Integer.signum(Identities.compare(STREAMS, a, c))).isEqualTo(Integer.signum(bc));
    }
  }

  @Property
  void eventsAreEqualInTheOrderWhenTheyHoldTheSame(
      @ForAll("events") Event a, @ForAll("events") Event b) {
    boolean same = values(a).equals(values(b));

    assertThat(Identities.compare(STREAMS, a, b) == 0).isEqualTo(same);
  }

  @Property
  void theHashedIdentityIsThatOfTheContent(@ForAll("events") Event a, @ForAll("events") Event b) {
    if (a.stream == 0 || a.stream != b.stream) {
      return;
    }
    boolean same = values(a).equals(values(b));

    assertThat(Identities.of(STREAMS[a.stream], a).equals(Identities.of(STREAMS[b.stream], b)))
        .isEqualTo(same);
  }

  private static List<Object> values(Event event) {
    List<Object> content = Streams.content(event);
    // Without topic, partition and offset: where an event came from is no part of it.
    content.subList(3, 6).clear();
    return content;
  }
}
