package io.tidegate.event;

/**
 * An event that came after its time: older than the greatest event time seen before it in its own
 * partition, less the stream's out-of-orderness bound.
 *
 * @param event the event
 * @param partitionTime the greatest event time seen in the partition before it, epoch milliseconds
 * @param latenessMs by how much the event is older than it was allowed to be, milliseconds, above 0
 */
public record LateEvent(Event event, long partitionTime, long latenessMs) {}
