package io.tidegate.operator;

import io.tidegate.event.Event;

/**
 * A copy of an event on its way to one of its keys.
 *
 * @param key the key
 * @param first whether this is the first copy of the event: the one that is counted, and reported
 *     when it is late
 * @param event the event
 */
public record RoutedEvent(RoutedKey key, boolean first, Event event) {}
