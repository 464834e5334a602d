package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import io.tidegate.record.Position;

/**
 * What records say of events, kept for the last ones: the matches that an event completes share it,
 * and often those before it too.
 */
final class EventTexts {
  private static final int SLOTS = 64;

  /**
   * What is said of an event.
   *
   * @param identity its identity
   * @param idForm the identity in the form of {@link MatchIds#form}
   */
  record Of(Event event, Position position, String identity, byte[] idForm) {}

  private final StreamDefinition[] streams;
  private final Of[] lately = new Of[SLOTS];

  EventTexts(StreamDefinition[] streams) {
    this.streams = streams;
  }

  Of of(Event event) {
    int slot = (int) (event.offset ^ event.offset >>> 6) & SLOTS - 1;
    Of known = lately[slot];
    if (known == null || known.event != event) {
      String identity = Identities.of(streams[event.stream], event);
      Position position = new Position(event.topicName(), event.partition, event.offset);
      known = new Of(event, position, identity, MatchIds.form(identity));
      lately[slot] = known;
    }
    return known;
  }
}
