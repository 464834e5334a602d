package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.StreamDefinition;
import io.tidegate.match.Match;
import io.tidegate.plan.RuleDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchedEvent;
import io.tidegate.record.WindowCut;
import java.util.List;

/** Makes the record of a match: ids, measures and texts are computed here, and only for a match. */
final class MatchDescriber {
  private final EventTexts texts;
  private final MatchIds ids = new MatchIds();

  // Of the key that was described last.
  private String lastKey;
  private byte[] lastKeyForm;

  MatchDescriber(StreamDefinition[] streams) {
    texts = new EventTexts(streams);
  }

  /**
   * The record of a match or of a partial match that ran out of time.
   *
   * @param timedOutAt event time of the timeout, or {@link MatchRecord#NOT_TIMED_OUT}
   * @param detectedAt wall clock at which the watermark passed, epoch ms
   */
  MatchRecord describe(
      HostedRule hosted,
      String key,
      Match<Event> match,
      long timedOutAt,
      long detectedAt,
      WindowCut window) {
    RuleDefinition rule = hosted.definition;
    long start = match.startTimestamp();
    long end = match.endTimestamp();
    ids.add(hosted.idForm);
    ids.add(formOf(key));
    MatchedEvent[] events = new MatchedEvent[match.size()];
    for (int i = 0; i < events.length; i++) {
      int stage = match.stageOf(i);
      Event event = match.event(i);
      EventTexts.Of said = texts.of(event);
      ids.add(hosted.stageIdForms[stage]);
      ids.add(said.idForm());
      events[i] =
          new MatchedEvent(
              rule.stageNames().get(stage),
              event.type.name(),
              event.timestamp,
              said.position(),
              said.identity());
    }
    return new MatchRecord(
        rule.reference(),
        key,
        ids.next(),
        start,
        end,
        timedOutAt,
        detectedAt,
        rule.measure(match, key, start, end),
        rule.summarize(match, key, start, end),
        List.of(events),
        window);
  }

  @SuppressWarnings("ReferenceEquality") // The next match is mostly of the same key.
  private byte[] formOf(String key) {
    if (key != lastKey) {
      lastKeyForm = MatchIds.form(key);
      lastKey = key;
    }
    return lastKeyForm;
  }
}
