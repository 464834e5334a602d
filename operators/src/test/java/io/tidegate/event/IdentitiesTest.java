package io.tidegate.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdentitiesTest {
  private static final Field TS = new Field("ts", FieldType.TIMESTAMP, false);
  private static final Field ID = new Field("id", FieldType.STRING, true);
  private static final Field X = new Field("x", FieldType.DOUBLE, true);

  private static StreamDefinition stream(List<String> identity, int priority, Field... fields) {
    return StreamDefinition.builder(0, EventType.of("s", fields))
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .identity(identity)
        .priority(priority)
        .build();
  }

  private static Event event(StreamDefinition stream, long ts, String id, Double x) {
    return EventBuilder.of(stream).at(ts).set("ts", ts).set("id", id).set("x", x).build();
  }

  @Test
  void declaredFieldsAreJoinedAndEscaped() {
    StreamDefinition stream = stream(List.of("id", "ts"), 0, TS, ID, X);

    assertThat(Identities.of(stream, event(stream, 7, "a|b\\c", 1.0))).isEqualTo("a\\|b\\\\c|7");
    assertThat(Identities.of(stream, event(stream, 7, null, 1.0))).isEqualTo("\\N|7");
    assertThat(Identities.of(stream, event(stream, 7, "\\N", 1.0))).isEqualTo("\\\\N|7");
  }

  @Test
  void theHashDoesNotChangeWithTheOrderOfFieldsOrAnAddedNull() {
    StreamDefinition before = stream(List.of(), 0, TS, ID, X);
    StreamDefinition after =
        stream(List.of(), 0, X, new Field("added", FieldType.LONG, true), ID, TS);

    String hash = Identities.of(before, event(before, 7, "é", 1.0));

    assertThat(hash).isEqualTo(Identities.of(after, event(after, 7, "é", 1.0)));
    // Ids in tables are made from it: it must never change.
    assertThat(hash).isEqualTo("h:9eaa0147b8e7270b");
  }

  @Test
  void timeComesBeforePriorityAndPriorityBeforeIdentity() {
    StreamDefinition first = stream(List.of("id"), 1, TS, ID, X);
    StreamDefinition second =
        StreamDefinition.builder(1, EventType.of("a", TS, ID, X))
            .eventTime("ts", EventTimeUnit.MILLISECONDS)
            .priority(0)
            .build();
    StreamDefinition[] streams = {first, second};

    assertThat(Identities.compare(streams, event(first, 1, "z", 1.0), event(second, 2, "a", 1.0)))
        .isNegative();
    assertThat(Identities.compare(streams, event(first, 2, "a", 1.0), event(second, 2, "z", 1.0)))
        .isPositive();
    assertThat(Identities.compare(streams, event(first, 2, "a", 9.0), event(first, 2, "b", 1.0)))
        .isNegative();
    assertThat(Identities.compare(streams, event(first, 2, "a", 1.0), event(first, 2, "a", 2.0)))
        .isNegative();
  }
}
