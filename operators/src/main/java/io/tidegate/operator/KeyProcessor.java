package io.tidegate.operator;

import io.tidegate.derive.Derivation;
import io.tidegate.derive.DerivedState;
import io.tidegate.event.Event;
import io.tidegate.event.EventBytes;
import io.tidegate.event.EventTypes;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What happens to the events of a key once the watermark has passed them: deduplicate, extend the
 * window, offer to the rules, fire deadlines, in the total order of events and event time.
 *
 * <p>Pure: state comes in as {@link KeyState}, results go to {@link Results}.
 */
final class KeyProcessor implements MatchOutput<Event> {
  /** Up to so many open rules it is cheaper to ask each whether the event concerns it. */
  private static final int FEW_OPEN = 8;

  /** Receives what comes out. */
  interface Results {
    void match(HostedRule rule, MatchRecord match);

    void timeout(HostedRule rule, MatchRecord timeout);

    /**
     * The rule had more open, or more matches of one event, than its limits allow, and that many
     * were dropped.
     */
    void dropped(HostedRule rule, Dropped what, int count);

    /** A match so soon after the rule's last one for the key that it is not reported. */
    void cooledDown(HostedRule rule);

    /** An event that repeats the identity of one within its stream's deduplication horizon. */
    void duplicate(Event event);

    /** The number of open partial matches went up, or down, by so many. */
    void opened(int more);

    /** An event is about to be offered to the rules of a key, as they will see it. */
    default void offering(RoutedKey key, Event event) {}
  }

  private final StreamDefinition[] streams;
  private final WindowDefinition window;
  private RuleIndex rules;
  private final MatchDescriber describer;
  private final Segments segments;
  private final Results results;
  private final EventBytes reader;
  private final Comparator<Event> order;
  private final List<Event> tied = new ArrayList<>();

  /** By key expression; null where nothing is derived under it. */
  private Derivation[] derivations;

  // The key and rule at work; results of a match are made from them.
  private RoutedKey key;
  private KeyState state;
  private HostedRule rule;
  private long detectedAt;

  /** A processor for a plan's window and some rules of it, of keys whose state is always whole. */
  KeyProcessor(PlanDefinition plan, RuleIndex rules, Results results) {
    this(plan.streams(), plan.window(), rules, derivations(plan), null, results);
  }

  KeyProcessor(
      StreamDefinition[] streams,
      WindowDefinition window,
      RuleIndex rules,
      Derivation[] derivations,
      Segments segments,
      Results results) {
    this.streams = streams;
    this.window = window;
    this.segments = segments;
    this.rules = rules;
    this.describer = new MatchDescriber(streams);
    this.results = results;
    this.reader = new EventBytes(EventTypes.of(streams));
    this.order = Identities.order(streams);
    this.derivations = derivations;
  }

  private static Derivation[] derivations(PlanDefinition plan) {
    return plan.derived().stream()
        .map(fields -> fields.isEmpty() ? null : new Derivation(fields, plan.streams()))
        .toArray(Derivation[]::new);
  }

  /** From now on these are the rules; everything before was handled by the others. */
  void use(RuleSet present) {
    rules = present.index;
    derivations = present.derivations;
  }

  /**
   * Handles all of a key's events, and fires all its deadlines, up to the watermark.
   *
   * @param pending the key's events, null for none; those that are handled are left in it
   * @param now wall clock at which the watermark passed, epoch ms
   * @return how many events were handled
   */
  int advance(RoutedKey ofKey, KeyState ofState, PendingEvents pending, long watermark, long now) {
    key = ofKey;
    state = ofState;
    detectedAt = now;
    if (derivations[ofKey.expression()] == null && state.derived != null) {
      // What fields that are gone have looked back at.
      state.derived = null;
      state.changed = true;
    }
    int handled = 0;
    if (pending != null) {
      int size = pending.size();
      while (handled < size && pending.time(handled) <= watermark) {
        handled = handleAt(pending, handled);
      }
    }
    fireDeadlines(watermark);
    state.forget(watermark);
    return handled;
  }

  /**
   * Handles one event of a key, which comes behind all that were handled before in the total order.
   *
   * @param now wall clock, epoch ms
   */
  void handle(RoutedKey ofKey, KeyState ofState, Event event, long now) {
    key = ofKey;
    state = ofState;
    detectedAt = now;
    handle(event);
  }

  /** Handles event n and all others of its time; returns the number of the next. */
  private int handleAt(PendingEvents pending, int n) {
    long time = pending.time(n);
    int next = n + 1;
    if (next == pending.size() || pending.time(next) != time) {
      handle(reader.read(pending.bytes(), pending.offset(n)));
      return next;
    }
    tied.clear();
    tied.add(reader.read(pending.bytes(), pending.offset(n)));
    for (; next < pending.size() && pending.time(next) == time; next++) {
      tied.add(reader.read(pending.bytes(), pending.offset(next)));
    }
    tied.sort(order);
    tied.forEach(this::handle);
    return next;
  }

  private void handle(Event read) {
    fireDeadlines(read.timestamp);
    if (isDuplicate(read)) {
      results.duplicate(read);
      return;
    }
    Event event = derivations[key.expression()] == null ? read : derive(read);
    if (window != null && window.stream() == event.stream && window.key() == key.expression()) {
      windowBuffer().append(window, event);
      state.changed = true;
    }
    results.offering(key, event);
    offerToRules(event);
  }

  private Event derive(Event event) {
    Derivation derivation = derivations[key.expression()];
    if (!derivation.concerns(event.stream)) {
      return event;
    }
    if (state.derived == null) {
      state.derived = new DerivedState();
    }
    state.changed = true;
    return derivation.next(state.derived, event);
  }

  /** Offers an event to the rules that it may concern, by state id. */
  private void offerToRules(Event event) {
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

  /** Where much is open: looks up what is open of the rules that the event concerns. */
  private void offerToEach(Candidates concerned, Event event) {
    OpenRules open = state.open;
    for (int i = 0; i < concerned.size(); i++) {
      HostedRule one = concerned.rule(i);
      int at = open.find(one.stateId);
      if (at >= 0) {
        if (concerned.begins(i) || rules.concerns(concerned.place(i), open.occupied(at))) {
          offer(one, at, event);
        }
      } else if (concerned.begins(i)) {
        begin(one, -at - 1, event);
      }
    }
  }

  /** Where little is open: goes through it, and through the rules that the event may begin. */
  private void offerToOpenAnd(Candidates beginning, Event event) {
    OpenRules open = state.open;
    int at = 0;
    for (int i = 0; i < beginning.size(); i++) {
      HostedRule one = beginning.rule(i);
      while (at < open.size() && open.id(at) < one.stateId) {
        at += offerIfConcerned(at, event) ? 1 : 0;
      }
      if (at < open.size() && open.id(at) == one.stateId) {
        at += offer(one, at, event) ? 1 : 0;
      } else {
        at += begin(one, at, event) ? 1 : 0;
      }
    }
    while (at < open.size()) {
      at += offerIfConcerned(at, event) ? 1 : 0;
    }
  }

  /** Offers an event to what is open of a rule where it concerns it; says whether something is. */
  private boolean offerIfConcerned(int at, Event event) {
    int place = rules.place(state.open.id(at));
    return !rules.concerns(place, state.open.occupied(at)) || offer(rules.all()[place], at, event);
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
    state.changed = true;
    return !state.seen.add(stream.name(), Identities.of(stream, event), event.timestamp, horizon);
  }

  private WindowBuffer windowBuffer() {
    state.window = state.window == null ? new WindowBuffer(window) : state.window.fitted(window);
    return state.window;
  }

  private void turnTo(HostedRule one) {
    rule = one;
    one.parameters.select(key.text());
  }

  /** Offers an event to what is open of a rule; says whether something still is. */
  private boolean offer(HostedRule one, int at, Event event) {
    turnTo(one);
    OpenRule open = state.open.at(at);
    if (open.pages != null && open.whole == null && needsAll(one, open)) {
      segments.gather(open, one);
    }
    one.offered.inc();
    if (!one.matcher.offer(open.state(), event, event.timestamp, this)) {
      return true;
    }
    open.wholeChanged = true;
    return settle(one, at);
  }

  /** Whether an event that is offered to a rule needs its pages, or only begins something. */
  private boolean needsAll(HostedRule one, OpenRule open) {
    return !one.matcher.automaton().independent()
        || rules.concerns(rules.place(one.stateId), open.pages.occupied())
        || open.count() >= one.matcher.limits().open();
  }

  /** Offers an event to a rule of which nothing is open; says whether something is now. */
  private boolean begin(HostedRule one, int at, Event event) {
    turnTo(one);
    if (!one.matcher.canStart(event)) {
      return false;
    }
    one.offered.inc();
    MatcherState<Event> begun = new MatcherState<>();
    one.matcher.offer(begun, event, event.timestamp, this);
    if (begun.isEmpty()) {
      return false;
    }
    state.open.insert(at, one.stateId, begun);
    return settle(one, at);
  }

  private void fireDeadlines(long timestamp) {
    OpenRules open = state.open;
    if (open.earliestDeadline() > timestamp || open.earliestDeadline() == Long.MAX_VALUE) {
      return;
    }
    for (int at = open.size() - 1; at >= 0; at--) {
      OpenRule due = open.at(at);
      if (due.deadline() <= timestamp && due.deadline() != Long.MAX_VALUE) {
        turnTo(rules.byStateId(due.id));
        fireDeadlines(due, timestamp);
        settle(rule, at);
      }
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
    long deadline = open.scheduled;
    Segments.summarize(open, one);
    boolean kept = !open.state().isEmpty() || (open.pages != null && open.whole == null);
    if (kept) {
      open.counted = open.count();
      open.scheduled = open.deadline();
      state.open.rescheduled(at, deadline);
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
        segments.spread(one, rules.byStateId(one.id));
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
            rule.definition, key.text(), match, MatchRecord.NOT_TIMED_OUT, detectedAt, cut(match)));
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

  @Override
  public void dropped(Dropped what, int count) {
    results.dropped(rule, what, count);
  }
}
