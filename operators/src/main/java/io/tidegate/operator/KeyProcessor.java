package io.tidegate.operator;

import io.tidegate.derive.Derivation;
import io.tidegate.derive.DerivedState;
import io.tidegate.derive.HistoryStore;
import io.tidegate.event.Event;
import io.tidegate.event.EventBytes;
import io.tidegate.event.EventTypes;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.window.WindowDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What happens to the events of a key once the watermark has passed them: deduplicate, extend the
 * window, offer to the rules, fire deadlines, in the total order of events and event time.
 *
 * <p>Pure: state comes in as {@link KeyState}, results go to {@link KeyResults}.
 */
final class KeyProcessor {
  private final StreamDefinition[] streams;
  private final WindowDefinition window;
  private final long idleMs;
  private final RuleRunner runner;
  private final KeyResults results;
  private final EventBytes reader;
  private final Comparator<Event> order;
  private final HistoryStore histories;
  private final List<Event> tied = new ArrayList<>();

  /** By key expression; null where nothing is derived under it. */
  private Derivation[] derivations;

  // The key at work.
  private RoutedKey key;
  private KeyState state;

  /** A processor for a plan's window and some rules of it, of keys whose state is always whole. */
  KeyProcessor(PlanDefinition plan, RuleIndex rules, KeyResults results) {
    this(
        plan.streams(),
        plan.window(),
        plan.keyIdleMs(),
        rules,
        derivations(plan),
        null,
        null,
        results);
  }

  /**
   * A processor.
   *
   * @param window what is cut on a match; null for nothing
   * @param idleMs how long a silent key keeps its window and what derived fields look back at, ms;
   *     0 for ever
   * @param derivations by key expression; null where nothing is derived under it
   * @param segments where partial matches lie that are apart from their key; null where all is
   *     always whole
   * @param histories the same of what derived fields look back at
   */
  KeyProcessor(
      StreamDefinition[] streams,
      WindowDefinition window,
      long idleMs,
      RuleIndex rules,
      Derivation[] derivations,
      Segments segments,
      HistoryStore histories,
      KeyResults results) {
    this.streams = streams;
    this.window = window;
    this.idleMs = idleMs;
    this.runner = new RuleRunner(streams, window, rules, segments, results);
    this.results = results;
    this.reader = new EventBytes(EventTypes.of(streams));
    this.order = Identities.order(streams);
    this.derivations = derivations;
    this.histories = histories;
  }

  private static Derivation[] derivations(PlanDefinition plan) {
    return plan.derived().stream()
        .map(fields -> fields.isEmpty() ? null : new Derivation(fields, plan.streams()))
        .toArray(Derivation[]::new);
  }

  /** From now on these are the rules; everything before was handled by the others. */
  void use(RuleSet present) {
    runner.use(present.index);
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
    if (ofKey.expression() >= derivations.length) {
      return unwanted(pending, watermark);
    }
    turnTo(ofKey, ofState, now);
    if (derivations[ofKey.expression()] == null) {
      // What fields that are gone have looked back at.
      state.dropDerived();
    }
    int handled = 0;
    if (pending != null) {
      int size = pending.size();
      while (handled < size && pending.time(handled) <= watermark) {
        handled = handleAt(pending, handled);
      }
    }
    passTo(watermark);
    state.forget(watermark);
    return handled;
  }

  /**
   * Routers route for a rule with a new key before its stamp, and after a start without state from
   * the first event on. What is older than the stamp concerns nothing.
   *
   * @return how many events that is
   */
  private static int unwanted(PendingEvents pending, long watermark) {
    int count = 0;
    while (pending != null && count < pending.size() && pending.time(count) <= watermark) {
      count++;
    }
    return count;
  }

  /**
   * Handles one event of a key, which comes behind all that were handled before in the total order.
   *
   * @param now wall clock, epoch ms
   */
  void handle(RoutedKey ofKey, KeyState ofState, Event event, long now) {
    turnTo(ofKey, ofState, now);
    handle(event);
  }

  private void turnTo(RoutedKey ofKey, KeyState ofState, long now) {
    key = ofKey;
    state = ofState;
    if (state.derived != null) {
      state.derived.attach(histories);
    }
    runner.turnTo(ofKey, ofState, now);
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
    passTo(read.timestamp);
    if (isDuplicate(read)) {
      results.duplicate(read);
      return;
    }
    Event event = derivations[key.expression()] == null ? read : derive(read);
    if (window != null && window.stream() == event.stream && window.key() == key.expression()) {
      state.windowOf(window).append(window, event);
      state.lastEvent = event.timestamp;
      state.changed = true;
    }
    results.offering(key, event);
    runner.offer(event);
  }

  /**
   * Fires all deadlines up to an event time, and frees the history of a key that has been silent
   * for the limit. What deadlines find depends on when that was, not on when the watermark passes.
   */
  private void passTo(long time) {
    long idleAt = idleMs == 0 ? KeyState.NO_TIMER : state.idleAt(idleMs);
    if (idleAt <= time && idleAt != KeyState.NO_TIMER) {
      runner.fireDeadlines(idleAt - 1);
      state.freeHistory();
      results.idle();
    }
    runner.fireDeadlines(time);
  }

  private Event derive(Event event) {
    Derivation derivation = derivations[key.expression()];
    if (!derivation.concerns(event.stream)) {
      return event;
    }
    if (state.derived == null) {
      state.derived = new DerivedState();
      state.derived.attach(histories);
    }
    state.lastEvent = event.timestamp;
    state.changed = true;
    return derivation.next(state.derived, event);
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

  /** The event time at which a key has something to do, {@link KeyState#NO_TIMER} for never. */
  long nextTimer(KeyState of) {
    return of.nextTimer(idleMs);
  }

  /** Puts what has become much apart; before a state is written. */
  void spread(KeyState of) {
    runner.spread(of);
    if (of.derived != null) {
      of.derived.spread();
    }
  }
}
