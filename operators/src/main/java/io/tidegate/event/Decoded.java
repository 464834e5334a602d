package io.tidegate.event;

/**
 * What a source makes of one Kafka record: an event, or a dead letter.
 *
 * <p>A common supertype and not a wrapper: the decoded event itself travels, nothing is allocated
 * around it.
 */
public sealed interface Decoded permits Event, DeadLetter {}
