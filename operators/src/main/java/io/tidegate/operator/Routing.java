package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventCodec;
import io.tidegate.event.EventTypes;
import io.tidegate.event.StreamDefinition;
import java.util.function.Consumer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Copies events to their keys and counts them.
 *
 * <p>An event whose key under an expression is null is not routed for that expression and counted
 * as {@code null_keys}; one that is routed nowhere is counted as {@code unrouted}.
 */
final class Routing {
  private final Routes routes;
  private final EventCodec codec;
  private final Counter events;
  private final Counter nullKeys;
  private final Counter unrouted;

  Routing(StreamDefinition[] streams, Routes routes, Totals totals, MetricGroup group) {
    this.routes = routes;
    codec = new EventCodec(EventTypes.of(streams));
    events = totals.counter(group, "events");
    nullKeys = totals.counter(group, "null_keys");
    unrouted = totals.counter(group, "unrouted");
  }

  void route(Event event, Consumer<RoutedEvent> out) {
    events.inc();
    routes.see(event);
    byte[] bytes = null;
    for (int i = 0; i < routes.keys(); i++) {
      if (!routes.wants(i, event.stream)) {
        continue;
      }
      String key = routes.keyOf(i, event);
      if (key == null) {
        nullKeys.inc();
        continue;
      }
      boolean first = bytes == null;
      if (first) {
        bytes = codec.bytes(event);
      }
      out.accept(new RoutedEvent(new RoutedKey(i, key), first, bytes));
    }
    if (bytes == null) {
      unrouted.inc();
    }
  }
}
