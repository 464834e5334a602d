package io.tidegate.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A match of a rule, or a partial match that ran out of time.
 *
 * @param rule the rule
 * @param key the key's text; the fields of a composite key are joined by {@code |}
 * @param matchId first 32 hex digits of the sha256 over rule id, version, key and, for every
 *     matched event in order, stage name and identity
 * @param startTimestamp event time of the first matched event, epoch ms
 * @param endTimestamp event time of the last matched event, epoch ms
 * @param timedOutAt event time at which the partial match expired, epoch ms; {@link #NOT_TIMED_OUT}
 *     for a match
 * @param detectedAt wall clock when the operator's watermark had passed the last event, epoch ms
 * @param measures values by name in the rule's order: Double, Long, String, Boolean or null
 * @param summary the rule's sentence about this match; empty when it has none
 * @param events the matched events in event-time order
 * @param window the window that was cut at the match's last event
 */
public record MatchRecord(
    RuleReference rule,
    String key,
    String matchId,
    long startTimestamp,
    long endTimestamp,
    long timedOutAt,
    long detectedAt,
    Map<String, Object> measures,
    String summary,
    List<MatchedEvent> events,
    WindowCut window) {
  /** Value of {@link #timedOutAt} in a complete match. */
  public static final long NOT_TIMED_OUT = Long.MIN_VALUE;

  public MatchRecord {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(matchId, "matchId");
    Objects.requireNonNull(summary, "summary");
    Objects.requireNonNull(window, "window");
    measures =
        measures.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    events = List.copyOf(events);
  }

  /** Whether this is a partial match that ran out of time. */
  public boolean timedOut() {
    return timedOutAt != NOT_TIMED_OUT;
  }

  /** The same match with another window. */
  public MatchRecord withWindow(WindowCut other) {
    return new MatchRecord(
        rule,
        key,
        matchId,
        startTimestamp,
        endTimestamp,
        timedOutAt,
        detectedAt,
        measures,
        summary,
        events,
        other);
  }
}
