package io.tidegate.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class EventTypeTest {
  private static final Field TS = new Field("ts", FieldType.TIMESTAMP, false);
  private static final Field NAME = new Field("name", FieldType.STRING, true);
  private static final Field X = new Field("x", FieldType.DOUBLE, true);

  @Test
  void stringsAndNumbersHaveSlotsOfTheirOwn() {
    EventType type = EventType.of("s", TS, NAME, X);

    assertThat(List.of(type.slot(0), type.slot(1), type.slot(2))).containsExactly(0, 0, 1);
    assertThat(type.numberCount()).isEqualTo(2);
    assertThat(type.stringCount()).isEqualTo(1);
    assertThat(type.indexOf("x")).isEqualTo(2);
    assertThat(type.indexOf("y")).isEqualTo(-1);
  }

  @Test
  void equalTypesAreOneObjectAlsoAfterJavaSerialization() throws Exception {
    EventType type = EventType.of("s", TS, NAME);

    assertThat(EventType.of("s", TS, NAME)).isSameAs(type);
    assertThat(InstantiationUtil.clone(type)).isSameAs(type);
    assertThat(EventType.of("s", TS, X)).isNotEqualTo(type);
    assertThat(EventType.of("s", List.of("other"), List.of(TS, NAME))).isNotEqualTo(type);
  }

  @Test
  void refusesTwoFieldsOrTopicsOfOneName() {
    assertThatThrownBy(() -> EventType.of("s", TS, TS))
        .hasMessage("stream 's' has two fields named 'ts'");
    assertThatThrownBy(() -> EventType.of("s", List.of("t", "t"), List.of(TS)))
        .hasMessageContaining("names a topic twice");
  }

  @Test
  void aDefinitionRefusesFieldsThatTheTypeLacks() {
    StreamDefinition.Builder builder = StreamDefinition.builder(0, EventType.of("s", TS, NAME));

    assertThatThrownBy(builder::build).hasMessageContaining("no field 'null' for its event time");
    builder.eventTime("ts", EventTimeUnit.MILLISECONDS).key(List.of("nam"));
    assertThatThrownBy(builder::build)
        .hasMessage("stream 's': no field 'nam' for its key; it has [ts, name]");
    builder.key(List.of("name")).idlenessMs(-1);
    assertThatThrownBy(builder::build).hasMessageContaining("negative duration");
  }

  @Test
  void aDefinitionSurvivesJavaSerialization() throws Exception {
    StreamDefinition stream =
        StreamDefinition.builder(3, EventType.of("s", TS, NAME))
            .eventTime("ts", EventTimeUnit.ISO8601)
            .key(List.of("name"))
            .decoder(DecoderSpec.confluentAvro("http://localhost:8081"))
            .build();

    StreamDefinition clone = InstantiationUtil.clone(stream);

    assertThat(clone).usingRecursiveComparison().isEqualTo(stream);
    assertThat(clone.type()).isSameAs(stream.type());
  }

  @Test
  void isNullReachesFieldsBeyondTheFirstWord() {
    Field[] fields = new Field[70];
    fields[0] = TS;
    for (int i = 1; i < fields.length; i++) {
      fields[i] = new Field("f" + i, FieldType.LONG, true);
    }
    StreamDefinition stream =
        StreamDefinition.builder(0, EventType.of("wide", fields))
            .eventTime("ts", EventTimeUnit.MILLISECONDS)
            .build();

    Event event = EventBuilder.of(stream).set("ts", 1L).set("f5", 5L).set("f69", 6L).build();

    for (int i = 0; i < fields.length; i++) {
      assertThat(event.isNull(i)).isEqualTo(i != 0 && i != 5 && i != 69);
    }
  }
}
