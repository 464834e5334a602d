package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.StreamDefinition;
import io.tidegate.match.Match;
import io.tidegate.match.MatchOutput;
import io.tidegate.match.MatcherState;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.WindowCut;
import io.tidegate.window.WindowBuffer;
import io.tidegate.window.WindowDefinition;

/**
 * Runs the rules over one key at a time: offers an event to those that it may concern, fires their
 * deadlines, and notes what is open of them.
 */
final class RuleRunner implements MatchOutput<Event> {
  /** Up to so many open rules it is cheaper to ask each whether the event concerns it. */
  private static final int FEW_OPEN = 8;

  private final WindowDefinition window;

  /** Cut where a key has no samples; nothing is ever added to it. */
  private final WindowBuffer noSamples;

  private final MatchDescriber describer;
  private final Segments segments;
  private final KeyResults results;
  private RuleIndex rules;

  // The key and rule at work; results of a match are made from them.
  private RoutedKey key;
  private KeyState state;
  private HostedRule rule;
  private long detectedAt;

  /**
   * A runner.
   *
   * @param window what is cut on a match; null for nothing
   * @param segments where state lies that is apart from its key; null where all is always whole
   */
  RuleRunner(
      StreamDefinition[] streams,
      WindowDefinition window,
      RuleIndex rules,
      Segments segments,
      KeyResults results) {
    this.window = window;
    this.noSamples = window == null ? null : new WindowBuffer(window);
    this.rules = rules;
    this.segments = segments;
    this.results = results;
    this.describer = new MatchDescriber(streams);
  }

  /** From now on these are the rules. */
  void use(RuleIndex present) {
    rules = present;
  }

  /**
   * Turns to a key.
   *
   * @param now wall clock, epoch ms
   */
  void turnTo(RoutedKey ofKey, KeyState ofState, long now) {
    key = ofKey;
    state = ofState;
    detectedAt = now;
  }

  /** Offers an event to the rules that it may concern, by state id. */
  void offer(Event event) {
    Candidates beginning = rules.candidates(key.expression(), event.stream, event);
    if (state.open.size() > FEW_OPEN) {
      Candidates concerned = rules.concerned(state.open.size());
      if (concerned != null) {
        offerToEach(concerned, event);
        return;
      }
    }
    offerToOpenAnd(beginning, event);
  }

  /**
   * Where much is open: goes through the rules that the event concerns, and what is open of them.
   * Both are in the order of state ids, which is that of places.
   */
  private void offerToEach(Candidates concerned, Event event) {
    OpenRules open = state.open;
    int at = 0;
    for (int i = 0; i < concerned.size(); i++) {
      int place = concerned.place(i);
      while (at < open.size() && open.place(at) < place) {
        at++;
      }
      if (at < open.size() && open.place(at) == place) {
        if (concerned.begins(i) || rules.concerns(place, open.occupied(at))) {
          at += offer(concerned.rule(i), at, event) ? 1 : 0;
        }
      } else if (concerned.begins(i)) {
        at += begin(concerned.rule(i), place, at, event) ? 1 : 0;
      }
    }
  }

  /** Where little is open: goes through it, and through the rules that the event may begin. */
  private void offerToOpenAnd(Candidates beginning, Event event) {
    OpenRules open = state.open;
    int at = 0;
    for (int i = 0; i < beginning.size(); i++) {
      int place = beginning.place(i);
      while (at < open.size() && open.place(at) < place) {
        at += offerIfConcerned(at, event) ? 1 : 0;
      }
      if (at < open.size() && open.place(at) == place) {
        at += offer(beginning.rule(i), at, event) ? 1 : 0;
      } else {
        at += begin(beginning.rule(i), place, at, event) ? 1 : 0;
      }
    }
    while (at < open.size()) {
      at += offerIfConcerned(at, event) ? 1 : 0;
    }
  }

  /** Offers an event to what is open of a rule where it concerns it; says whether something is. */
  private boolean offerIfConcerned(int at, Event event) {
    int place = state.open.place(at);
    return !rules.concerns(place, state.open.occupied(at)) || offer(rules.all()[place], at, event);
  }

  private void turnTo(HostedRule one) {
    rule = one;
    if (one.variesByKey) {
      one.parameters.select(key.text());
    }
  }

  /** Offers an event to what is open of a rule; says whether something still is. */
  private boolean offer(HostedRule one, int at, Event event) {
    turnTo(one);
    OpenRule open = state.open.at(at);
    if (open.pages != null && open.whole == null && needsAll(one, at)) {
      segments.gather(open, one);
    }
    one.counters.offered.inc();
    if (!one.matcher.offer(open.state(), event, event.timestamp, this)) {
      return true;
    }
    open.wholeChanged = true;
    if (open.pages != null && open.whole == null) {
      Segments.summarize(open, one);
      int dropped = Surplus.drop(open, one, segments);
      if (dropped > 0) {
        dropped(Dropped.PARTIAL_MATCHES, dropped);
      }
    }
    return settle(one, at);
  }

  /** Whether an event that is offered to a rule needs its pages, or only begins something. */
  private boolean needsAll(HostedRule one, int at) {
    OpenRule open = state.open.at(at);
    return !one.matcher.automaton().independent()
        || rules.concerns(state.open.place(at), open.pages.occupied())
        || (open.count() >= one.matcher.limits().open() && !Surplus.fits(open, one));
  }

  /** Offers an event to a rule of which nothing is open; says whether something is now. */
  private boolean begin(HostedRule one, int place, int at, Event event) {
    turnTo(one);
    if (!one.matcher.canStart(event)) {
      return false;
    }
    one.counters.offered.inc();
    MatcherState<Event> begun = new MatcherState<>();
    one.matcher.offer(begun, event, event.timestamp, this);
    if (begun.isEmpty()) {
      return false;
    }
    state.open.insert(at, one, place, begun);
    return settle(one, at);
  }

  /** Fires all deadlines up to an event time. */
  void fireDeadlines(long timestamp) {
    OpenRules open = state.open;
    if (open.earliestDeadline() > timestamp || open.earliestDeadline() == Long.MAX_VALUE) {
      return;
    }
    for (int at = open.lastDue(open.size(), timestamp); at >= 0; at = open.lastDue(at, timestamp)) {
      turnTo(rules.all()[open.place(at)]);
      fireDeadlines(open.at(at), timestamp);
      settle(rule, at);
    }
  }

  private void fireDeadlines(OpenRule due, long timestamp) {
    if (due.pages != null && due.whole == null && due.pages.deadline() <= timestamp) {
      if (rule.matcher.automaton().independent()) {
        segments.expire(
            due, rule, timestamp, page -> rule.matcher.advanceTime(page, timestamp, this));
      } else {
        segments.gather(due, rule);
      }
    }
    due.wholeChanged |= rule.matcher.advanceTime(due.state(), timestamp, this);
  }

  /**
   * Notes what a rule's state holds after a change, and frees it when that is nothing; says whether
   * it is kept.
   */
  private boolean settle(HostedRule one, int at) {
    OpenRule open = state.open.at(at);
    int before = open.counted;
    Segments.summarize(open, one);
    boolean kept = !open.state().isEmpty() || (open.pages != null && open.whole == null);
    if (kept) {
      open.counted = open.count();
      state.open.noted(at);
    } else {
      if (segments != null) {
        segments.drop(open);
      }
      state.open.remove(at);
    }
    state.changed = true;
    int more = (kept ? open.counted : 0) - before;
    if (more != 0) {
      results.opened(more);
    }
    return kept;
  }

  /** Puts what has become much apart; before a state is written. */
  void spread(KeyState of) {
    OpenRules open = of.open;
    for (int at = 0; at < open.size(); at++) {
      OpenRule one = open.at(at);
      if (one.whole != null || one.nearCount() >= Segments.NEAR) {
        segments.spread(one, rules.all()[open.place(at)]);
      }
    }
  }

  @Override
  public void match(Match<Event> match) {
    if (rule.definition.coolDownMs() > 0 && coolsDown(match.endTimestamp())) {
      results.cooledDown(rule);
      return;
    }
    results.match(
        rule,
        describer.describe(
            rule, key.text(), match, MatchRecord.NOT_TIMED_OUT, detectedAt, cut(match)));
  }

  private boolean coolsDown(long end) {
    if (state.coolDowns == null) {
      state.coolDowns = new CoolDowns();
    }
    if (!state.coolDowns.allows(rule, end)) {
      return true;
    }
    state.coolDowns.reported(rule, end);
    state.changed = true;
    return false;
  }

  private WindowCut cut(Match<Event> match) {
    if (window == null || !window.appliesTo(rule.definition.id(), rule.definition.key())) {
      return WindowCut.NONE;
    }
    WindowBuffer samples = state.window == null ? noSamples : state.windowOf(window);
    return samples.cut(window, match.event(match.size() - 1));
  }

  @Override
  public void timeout(Match<Event> partial, long timestamp) {
    MatchRecord record =
        rule.definition.timeouts()
            ? describer.describe(rule, key.text(), partial, timestamp, detectedAt, WindowCut.NONE)
            : null;
    results.timeout(rule, record);
  }

  @Override
  public void dropped(Dropped what, int count) {
    results.dropped(rule, what, count);
  }
}
