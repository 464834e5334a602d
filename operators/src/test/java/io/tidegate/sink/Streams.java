package io.tidegate.sink;

import io.tidegate.event.Event;
import io.tidegate.event.EventBuilder;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.util.List;

/** One stream with a field of every type, and an event of it. */
final class Streams {
  static final StreamDefinition JOINTS =
      StreamDefinition.builder(
              0,
              EventType.of(
                  "joints",
                  List.of("cobot-joints"),
                  List.of(
                      new Field("robot_id", FieldType.STRING, false),
                      new Field("ts", FieldType.TIMESTAMP, false),
                      new Field("current_0", FieldType.DOUBLE, true),
                      new Field("cycle", FieldType.LONG, true),
                      new Field("grip_lost", FieldType.BOOLEAN, true),
                      new Field("note", FieldType.STRING, true))))
          .eventTime("ts", EventTimeUnit.MILLISECONDS)
          .key(List.of("robot_id", "cycle"))
          .build();

  private Streams() {}

  static Event event(long offset) {
    return EventBuilder.of(JOINTS)
        .at(1_700_000_000_000L + offset)
        .from(0, 3, offset)
        .set("robot_id", "ur|3")
        .set("ts", 1_700_000_000_000L + offset)
        .set("current_0", Double.NaN)
        .set("cycle", 7L)
        .set("grip_lost", true)
        .build();
  }
}
