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
 * as {@code null_keys}; one that no rule of an expression can be concerned by neither, see {@link
 * EventFilter}, counted as {@code unconcerned}; one that nothing wants is {@code unrouted}.
 */
final class Routing {
  private final Routes routes;
  private final EventFilter filter;
  private final EventCodec codec;
  private final Counter events;
  private final Counter nullKeys;
  private final Counter unconcerned;
  private final Counter unrouted;

  /**
   * A routing.
   *
   * @param filter what leaves out events that can do nothing; null to leave out none
   */
  Routing(
      StreamDefinition[] streams,
      Routes routes,
      EventFilter filter,
      Totals totals,
      MetricGroup group) {
    this.routes = routes;
    this.filter = filter;
    codec = new EventCodec(EventTypes.of(streams));
    events = totals.counter(group, "events");
    nullKeys = totals.counter(group, "null_keys");
    unconcerned = totals.counter(group, "unconcerned");
    unrouted = totals.counter(group, "unrouted");
  }

  void route(Event event, Consumer<RoutedEvent> out) {
    events.inc();
    routes.see(event);
    byte[] bytes = null;
    boolean wanted = false;
    for (int i = 0; i < routes.keys(); i++) {
      if (!routes.wants(i, event.stream)) {
        continue;
      }
      wanted = true;
      if (filter != null && !filter.passes(i, event)) {
        unconcerned.inc();
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
    if (!wanted) {
      unrouted.inc();
    }
  }
}
