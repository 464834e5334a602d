package io.tidegate.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stored events meet a changed plan, in Flink's own state backends. */
@SuppressWarnings("try") // Harnesses declare that close may throw anything.
class EventStateEvolutionTest {
  enum Backend {
    HEAP,
    ROCKSDB;

    StateBackend make() {
      return this == HEAP ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
    }
  }

  private static final Field TS = new Field("ts", FieldType.TIMESTAMP, false);
  private static final Field NAME = new Field("name", FieldType.STRING, false);
  private static final Field AMOUNT = new Field("amount", FieldType.DOUBLE, true);

  private static final StreamDefinition[] BEFORE = {
    stream(0, "other", List.of("o"), TS), stream(1, "sales", List.of("s", "t"), TS, NAME, AMOUNT)
  };

  private static StreamDefinition stream(
      int index, String name, List<String> topics, Field... fields) {
    return StreamDefinition.builder(index, EventType.of(name, topics, List.of(fields)))
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .build();
  }

  private static Event sale() {
    return EventBuilder.of(BEFORE[1])
        .at(5)
        .from(1, 3, 77)
        .set("ts", 5L)
        .set("name", "ä-Ω")
        .set("amount", 2.5)
        .build();
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void addedNullableFieldsAndAnotherOrderAreRestoredByName(Backend backend) throws Exception {
    Field added = new Field("channel", FieldType.STRING, true);
    StreamDefinition[] after = {
      stream(0, "sales", List.of("new", "t", "s"), AMOUNT, added, NAME, TS),
      stream(1, "other", List.of("o"), TS)
    };

    List<Event> restored = storeAndRestore(backend, after);

    Event expected =
        EventBuilder.of(after[0])
            .at(5)
            .from(1, 3, 77)
            .set("ts", 5L)
            .set("name", "ä-Ω")
            .set("amount", 2.5)
            .build();
    assertThat(restored).hasSize(1);
    assertThat(Streams.content(restored.get(0))).isEqualTo(Streams.content(expected));
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void unchangedStreamsAreRestoredAsTheyWere(Backend backend) throws Exception {
    List<Event> restored = storeAndRestore(backend, BEFORE);

    assertThat(restored).hasSize(1);
    assertThat(Streams.content(restored.get(0))).isEqualTo(Streams.content(sale()));
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aChangedTypeIsRefusedWithTheField(Backend backend) {
    StreamDefinition[] after = {
      BEFORE[0],
      stream(1, "sales", List.of("s", "t"), TS, NAME, new Field("amount", FieldType.LONG, true))
    };

    assertThatThrownBy(() -> storeAndRestore(backend, after))
        .hasStackTraceContaining(
            "stored events of stream 'sales' do not fit the plan: field 'amount' was double and is"
                + " now long; give the changed field a new name");
  }

  @Test
  void everyUnsafeChangeIsRefusedWithARemedy() {
    EventType[] before = EventTypes.of(BEFORE);

    assertRefused(
        before,
        "field 'extra' is new and not nullable; make it nullable",
        BEFORE[0].type(),
        EventType.of(
            "sales",
            List.of("s", "t"),
            List.of(TS, NAME, AMOUNT, new Field("extra", FieldType.LONG, false))));
    assertRefused(
        before,
        "field 'amount' was nullable and is not any more; keep it nullable",
        BEFORE[0].type(),
        EventType.of(
            "sales",
            List.of("s", "t"),
            List.of(TS, NAME, new Field("amount", FieldType.DOUBLE, false))));
    assertRefused(
        before,
        "topic 't' is gone; keep the topic in the stream",
        BEFORE[0].type(),
        EventType.of("sales", List.of("s"), List.of(TS, NAME, AMOUNT)));
    assertRefused(
        before,
        "stored events of stream 'sales' do not fit the plan: the stream is gone",
        BEFORE[0].type());
  }

  private static void assertRefused(EventType[] before, String message, EventType... after) {
    assertThatThrownBy(() -> EventTypes.requireCompatible(before, after))
        .isInstanceOf(IncompatibleTypesException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFieldThatIsGoneIsLeftOut() {
    StreamDefinition after = stream(0, "sales", List.of("s", "t"), TS, NAME);

    Event adapted = new EventAdapter(new EventType[] {after.type()}).adapt(sale());

    assertThat(adapted.type).isSameAs(after.type());
    assertThat(adapted.stringAt(after.type().slot(1))).isEqualTo("ä-Ω");
    assertThat(adapted.nulls).isNull();
  }

  private static List<Event> storeAndRestore(Backend backend, StreamDefinition[] after)
      throws Exception {
    OperatorSubtaskState state;
    try (KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness =
        harness(backend, BEFORE)) {
      harness.setup();
      harness.open();
      harness.processElement(sale(), 5);
      state = harness.snapshot(1, 1);
    }
    // Once more through a snapshot, so that what was adapted on reading is also written.
    for (int i = 2; i < 4; i++) {
      try (KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness =
          harness(backend, after)) {
        harness.setup();
        harness.initializeState(state);
        harness.open();
        state = harness.snapshot(i, i);
      }
    }
    try (KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness =
        harness(backend, after)) {
      harness.setup();
      harness.initializeState(state);
      harness.open();
      harness.processElement(null, 6);
      return harness.extractOutputValues();
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness(
      Backend backend, StreamDefinition[] streams) throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new Keep(streams)), event -> "key", Types.STRING);
    harness.setStateBackend(backend.make());
    return harness;
  }

  /** Keeps events in list state and gives them out, in the present layout, when it gets a null. */
  private static final class Keep extends KeyedProcessFunction<String, Event, Event> {
    private static final long serialVersionUID = 1L;
    private final StreamDefinition[] streams;
    private transient ListState<Event> events;

    Keep(StreamDefinition[] streams) {
      this.streams = streams;
    }

    @Override
    public void open(OpenContext context) {
      events =
          getRuntimeContext()
              .getListState(new ListStateDescriptor<>("events", EventTypeInfo.events(streams)));
    }

    @Override
    public void processElement(Event event, Context context, Collector<Event> out)
        throws Exception {
      if (event != null) {
        events.add(event);
        return;
      }
      EventAdapter adapter = new EventAdapter(EventTypes.of(streams));
      List<Event> stored = new ArrayList<>();
      events.get().forEach(stored::add);
      stored.forEach(e -> out.collect(adapter.adapt(e)));
    }
  }
}
