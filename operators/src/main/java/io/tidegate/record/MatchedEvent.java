package io.tidegate.record;

import java.util.Objects;

/**
 * One event of a match.
 *
 * @param stage name of the stage that took it
 * @param stream name of the event's stream
 * @param timestamp event time, epoch ms
 * @param position where it lies in the log
 * @param identity stable text form of the event's identity
 */
public record MatchedEvent(
    String stage, String stream, long timestamp, Position position, String identity) {
  public MatchedEvent {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(identity, "identity");
  }
}
