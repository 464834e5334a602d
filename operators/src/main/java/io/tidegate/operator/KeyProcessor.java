package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import io.tidegate.match.Match;
import io.tidegate.match.MatchOutput;
import io.tidegate.match.MatcherState;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.WindowCut;
import io.tidegate.window.WindowBuffer;
import io.tidegate.window.WindowDefinition;

/**
 * What happens to the events of a key once the watermark has passed them: deduplicate, extend the
 * window, offer to the rules, fire deadlines, in the total order of events and event time.
 *
 * <p>Pure: state comes in as {@link KeyState}, results go to {@link Results}.
 */
final class KeyProcessor implements MatchOutput<Event> {

  /** Receives what comes out. */
  interface Results {
    void match(HostedRule rule, MatchRecord match);

    void timeout(HostedRule rule, MatchRecord timeout);

    /** An event that repeats the identity of one within its stream's deduplication horizon. */
    void duplicate(Event event);

    /** The number of open partial matches went up, or down, by so many. */
    void opened(int more);
  }

  private final StreamDefinition[] streams;
  private final WindowDefinition window;
  private final RuleIndex rules;
  private final MatchDescriber describer;
  private final Results results;

  // The key and rule at work; results of a match are made from them.
  private RoutedKey key;
  private KeyState state;
  private HostedRule rule;
  private long detectedAt;

  KeyProcessor(PlanDefinition plan, RuleIndex rules, Results results) {
    this.streams = plan.streams();
    this.window = plan.window();
    this.rules = rules;
    this.describer = new MatchDescriber(streams);
    this.results = results;
  }

  /** Adds an event that the watermark has not passed. */
  void add(KeyState to, Event event) {
    to.pending.add(streams, event);
  }

  /**
   * Handles all of a key's events, and fires all its deadlines, up to the watermark.
   *
   * @param now wall clock at which the watermark passed, epoch ms
   * @return the number of events handled
   */
  int advance(RoutedKey ofKey, KeyState ofState, long watermark, long now) {
    key = ofKey;
    state = ofState;
    detectedAt = now;
    PendingEvents pending = state.pending;
    int handled = 0;
    while (!pending.isEmpty() && pending.first().timestamp <= watermark) {
      handle(pending.poll());
      handled++;
    }
    fireDeadlines(watermark);
    if (state.seen != null) {
      state.seen.forget(watermark);
    }
    return handled;
  }

  private void handle(Event event) {
    fireDeadlines(event.timestamp);
    if (isDuplicate(event)) {
      results.duplicate(event);
      return;
    }
    if (window != null && window.stream() == event.stream && window.key() == key.expression()) {
      windowBuffer().append(window, event);
    }
    for (HostedRule one : rules.of(key.expression(), event.stream)) {
      offer(one, event);
    }
  }

  private boolean isDuplicate(Event event) {
    StreamDefinition stream = streams[event.stream];
    long horizon = stream.deduplicationMs();
    if (horizon == 0) {
      return false;
    }
    if (state.seen == null) {
      state.seen = new SeenIdentities();
    }
    state.seen.forget(event.timestamp);
    return !state.seen.add(stream.name(), Identities.of(stream, event), event.timestamp, horizon);
  }

  private WindowBuffer windowBuffer() {
    state.window = state.window == null ? new WindowBuffer(window) : state.window.fitted(window);
    return state.window;
  }

  private void offer(HostedRule one, Event event) {
    OpenRules open = state.open;
    int at = open.find(one.stateId);
    rule = one;
    if (at >= 0) {
      one.matcher.offer(open.state(at), event, event.timestamp, this);
      settle(one, at);
    } else if (one.matcher.canStart(event)) {
      MatcherState<Event> begun = new MatcherState<>();
      one.matcher.offer(begun, event, event.timestamp, this);
      if (!begun.isEmpty()) {
        int to = -at - 1;
        open.insert(to, one.stateId, begun);
        settle(one, to);
      }
    }
  }

  private void fireDeadlines(long timestamp) {
    OpenRules open = state.open;
    if (open.earliestDeadline() > timestamp || open.earliestDeadline() == Long.MAX_VALUE) {
      return;
    }
    for (int at = open.size() - 1; at >= 0; at--) {
      if (open.deadline(at) <= timestamp && open.deadline(at) != Long.MAX_VALUE) {
        rule = rules.byStateId(open.id(at));
        rule.matcher.advanceTime(open.state(at), timestamp, this);
        settle(rule, at);
      }
    }
  }

  /** Notes what a rule's state holds after a change, and frees it when that is nothing. */
  private void settle(HostedRule one, int at) {
    OpenRules open = state.open;
    MatcherState<Event> matcherState = open.state(at);
    int before = open.count(at);
    int count = matcherState.openMatches();
    if (matcherState.isEmpty()) {
      open.remove(at);
    } else {
      open.changed(at, one.matcher.nextDeadline(matcherState), count);
    }
    if (count != before) {
      results.opened(count - before);
    }
  }

  @Override
  public void match(Match<Event> match) {
    results.match(
        rule,
        describer.describe(
            rule.definition, key.text(), match, MatchRecord.NOT_TIMED_OUT, detectedAt, cut(match)));
  }

  private WindowCut cut(Match<Event> match) {
    if (window == null || !window.appliesTo(rule.definition.id(), rule.definition.key())) {
      return WindowCut.NONE;
    }
    return windowBuffer().cut(window, match.event(match.size() - 1));
  }

  @Override
  public void timeout(Match<Event> partial, long timestamp) {
    MatchRecord record =
        rule.definition.timeouts()
            ? describer.describe(
                rule.definition, key.text(), partial, timestamp, detectedAt, WindowCut.NONE)
            : null;
    results.timeout(rule, record);
  }
}
