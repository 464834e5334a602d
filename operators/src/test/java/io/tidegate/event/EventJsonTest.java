package io.tidegate.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventJsonTest {
  @Test
  void writesEveryFieldOnce() {
    StreamDefinition stream =
        StreamDefinition.builder(
                0,
                EventType.of(
                    "s",
                    new Field("ts", FieldType.TIMESTAMP, false),
                    new Field("name", FieldType.STRING, true),
                    new Field("x", FieldType.DOUBLE, true),
                    new Field("y", FieldType.DOUBLE, true),
                    new Field("ok", FieldType.BOOLEAN, true),
                    new Field("n", FieldType.LONG, true)))
            .eventTime("ts", EventTimeUnit.MILLISECONDS)
            .build();
    Event event =
        EventBuilder.of(stream)
            .at(5)
            .set("ts", 5L)
            .set("name", "a \"b\"\né")
            .set("x", Double.NaN)
            .set("y", -0.5)
            .set("ok", true)
            .build();

    assertThat(new String(EventJson.write(event), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"ts\":5,\"name\":\"a \\\"b\\\"\\n"
                + "é\",\"x\":\"NaN\",\"y\":-0.5,\"ok\":true,\"n\":null}");
  }
}
