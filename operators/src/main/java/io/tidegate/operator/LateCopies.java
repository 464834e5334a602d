package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventBytes;
import io.tidegate.event.EventTypeInfo;
import io.tidegate.event.EventTypes;
import io.tidegate.event.LateEvent;
import io.tidegate.event.StreamDefinition;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/** Events that come to the pattern operator behind its own watermark: counted, reported once. */
final class LateCopies {
  private final OutputTag<LateEvent> tag;
  private final EventBytes reader;
  private final Output<?> output;
  private final PatternMetrics counts;

  LateCopies(StreamDefinition[] streams, Output<?> output, PatternMetrics counts) {
    this.tag = tag(streams);
    this.reader = new EventBytes(EventTypes.of(streams));
    this.output = output;
    this.counts = counts;
  }

  static OutputTag<LateEvent> tag(StreamDefinition[] streams) {
    return new OutputTag<>("late-events", EventTypeInfo.lateEvents(streams));
  }

  /** Takes note of a copy of an event whose time has been handled up to a time, epoch ms. */
  void add(RoutedEvent routed, long handled) {
    if (!routed.first()) {
      counts.lateCopies.inc();
      return;
    }
    counts.lateIdle.inc();
    Event event = reader.read(routed.bytes(), routed.from());
    output.collect(
        tag,
        new StreamRecord<>(
            new LateEvent(event, handled, handled - event.timestamp + 1), event.timestamp));
  }
}
