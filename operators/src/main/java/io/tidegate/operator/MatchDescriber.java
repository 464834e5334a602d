package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import io.tidegate.match.Match;
import io.tidegate.plan.RuleDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchedEvent;
import io.tidegate.record.Position;
import io.tidegate.record.WindowCut;
import java.util.ArrayList;
import java.util.List;

/** Makes the record of a match: ids, measures and texts are computed here, and only for a match. */
final class MatchDescriber {
  private final StreamDefinition[] streams;
  private final MatchIds ids = new MatchIds();

  MatchDescriber(StreamDefinition[] streams) {
    this.streams = streams;
  }

  /**
   * The record of a match or of a partial match that ran out of time.
   *
   * @param timedOutAt event time of the timeout, or {@link MatchRecord#NOT_TIMED_OUT}
   * @param detectedAt wall clock at which the watermark passed, epoch ms
   */
  MatchRecord describe(
      RuleDefinition rule,
      String key,
      Match<Event> match,
      long timedOutAt,
      long detectedAt,
      WindowCut window) {
    long start = match.startTimestamp();
    long end = match.endTimestamp();
    List<MatchedEvent> events = new ArrayList<>(match.size());
    for (int i = 0; i < match.size(); i++) {
      events.add(describe(rule.stageNames().get(match.stageOf(i)), match.event(i)));
    }
    return new MatchRecord(
        rule.reference(),
        key,
        ids.of(rule.reference(), key, events),
        start,
        end,
        timedOutAt,
        detectedAt,
        rule.measure(match, key, start, end),
        rule.summarize(match, key, start, end),
        events,
        window);
  }

  private MatchedEvent describe(String stage, Event event) {
    return new MatchedEvent(
        stage,
        event.type.name(),
        event.timestamp,
        new Position(event.topicName(), event.partition, event.offset),
        Identities.of(streams[event.stream], event));
  }
}
