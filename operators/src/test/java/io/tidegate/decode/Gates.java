package io.tidegate.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.Decoded;
import io.tidegate.event.Event;
import io.tidegate.event.EventBuilder;
import io.tidegate.event.EventSerializer;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.LateEvent;
import io.tidegate.event.StreamDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** Late gates in Flink's harness, and what tests ask of them. */
@SuppressWarnings("try") // Harnesses declare that close may throw anything.
final class Gates {
  static final long BOUND = 100;
  static final int MAX_PARALLELISM = 16;
  static final StreamDefinition[] STREAMS = {
    stream(0, "other", List.of("o")), stream(1, "s", List.of("a", "b"))
  };

  static StreamDefinition stream(int index, String name, List<String> topics) {
    return StreamDefinition.builder(
            index, EventType.of(name, topics, List.of(new Field("ts", FieldType.TIMESTAMP, false))))
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .outOfOrdernessMs(BOUND)
        .build();
  }

  static Event event(int topic, int partition, long ts) {
    return EventBuilder.of(STREAMS[1]).at(ts).set("ts", ts).from(topic, partition, ts).build();
  }

  static DeadLetter dead() {
    return new DeadLetter(
        1, "s", DeadLetterReason.MALFORMED, "d", "a", 0, 5, 9_999_999, null, null, List.of());
  }

  static final class Gate extends OneInputStreamOperatorTestHarness<Decoded, Event> {
    final LateGate gate;

    Gate(StreamDefinition[] streams, int stream, int parallelism, int subtask) throws Exception {
      this(new LateGate(streams, stream), streams, parallelism, subtask);
    }

    private Gate(LateGate gate, StreamDefinition[] streams, int parallelism, int subtask)
        throws Exception {
      super(gate, MAX_PARALLELISM, parallelism, subtask);
      this.gate = gate;
      setup(new EventSerializer(streams));
    }

    Gate start(OperatorSubtaskState state) throws Exception {
      if (state != null) {
        initializeState(state);
      }
      open();
      return this;
    }

    Gate read(Decoded... decoded) throws Exception {
      for (Decoded one : decoded) {
        processElement(new StreamRecord<>(one));
      }
      return this;
    }

    List<Long> accepted() {
      return extractOutputValues().stream().map(e -> e.timestamp).toList();
    }

    List<LateEvent> late() {
      var late = getSideOutput(LateGate.lateEvents(STREAMS));
      return late == null ? List.of() : late.stream().map(StreamRecord::getValue).toList();
    }

    int dead() {
      var dead = getSideOutput(LateGate.deadLetters());
      return dead == null ? 0 : dead.size();
    }

    List<Long> counts() {
      Map<String, Gauge<?>> gauges = new TreeMap<>();
      gate.counts().register(new Recording(gauges));
      return Stream.of("in", "dead", "late", "accepted")
          .map(name -> (Long) gauges.get("s.tidegate_" + name).getValue())
          .toList();
    }
  }

  /** Keeps gauges by the value of their stream variable and their name. */
  private static final class Recording extends UnregisteredMetricsGroup {
    private final Map<String, Gauge<?>> gauges;
    private final String stream;

    Recording(Map<String, Gauge<?>> gauges) {
      this(gauges, null);
    }

    private Recording(Map<String, Gauge<?>> gauges, String stream) {
      this.gauges = gauges;
      this.stream = stream;
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
      assertThat(key).isEqualTo("stream");
      return new Recording(gauges, value);
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      gauges.put(stream + "." + name, gauge);
      return gauge;
    }
  }

  private Gates() {}
}
