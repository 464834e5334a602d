package io.tidegate.operator;

/**
 * A copy of an event on its way to one of its keys.
 *
 * @param key the key
 * @param first whether this is the first copy of the event: the one that is counted, and reported
 *     when it is late
 * @param bytes an array that ends with the event's bytes, see {@link
 *     io.tidegate.event.EventCodec#bytes}; shared by the copies and not written to
 * @param from where the event's bytes begin
 */
public record RoutedEvent(RoutedKey key, boolean first, byte[] bytes, int from) {
  /** A copy of the event that an array holds. */
  public RoutedEvent(RoutedKey key, boolean first, byte[] event) {
    this(key, first, event, 0);
  }
}
