package io.tidegate.tool;

import io.tidegate.event.Event;
import io.tidegate.match.Match;
import io.tidegate.match.PartialMatch;
import java.util.List;

/**
 * A partial match that came as far as any of its key, and the events that it was offered in vain.
 *
 * @param partial the partial match
 * @param from index of the first event that it was offered
 * @param to index behind the last one
 * @param ending why it went no further
 * @param at event time of the ending, epoch ms
 * @param by index of the absence that the last event broke; -1 where it broke none
 */
record Attempt(PartialMatch<Event> partial, int from, int to, Ending ending, long at, int by) {

  /** Why a partial match went no further. */
  enum Ending {
    /** The events are over. */
    STILL_OPEN,
    /** Its limit from the first event was reached. */
    WITHIN,
    /** Its limit from the event before was reached. */
    WITHIN_PREVIOUS,
    /** An event broke an absence. */
    ABSENCE_BROKEN,
    /** The next event had to fit and did not. */
    DID_NOT_FIT
  }

  /** What it had taken; null where nothing had begun. */
  Match<Event> taken() {
    return partial.taken();
  }

  /** The events that it was offered, of all that the rule saw under the key. */
  List<Event> offered(List<Event> events) {
    return events.subList(from, to);
  }
}
