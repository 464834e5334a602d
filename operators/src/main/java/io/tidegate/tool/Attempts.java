package io.tidegate.tool;

import io.tidegate.event.Event;
import io.tidegate.match.Match;
import io.tidegate.match.MatchOutput;
import io.tidegate.match.Matcher;
import io.tidegate.match.MatcherState;
import io.tidegate.match.PartialMatch;
import io.tidegate.match.Progress;
import io.tidegate.plan.RuleDefinition;
import io.tidegate.tool.Attempt.Ending;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Runs one rule over the events of one key again and follows what came furthest. */
final class Attempts {
  /** As many that came equally far are followed; more of the same teach no one more. */
  private static final int FOLLOWED = 16;

  private record Open(PartialMatch<Event> partial, int since) {}

  private final List<Event> events;
  private final List<Open> open = new ArrayList<>();
  private final List<Attempt> ended = new ArrayList<>();
  private int needed = Integer.MAX_VALUE;

  private Attempts(List<Event> events) {
    this.events = events;
  }

  /**
   * What came furthest, in the order of the events; empty where no event began a match.
   *
   * @param events all events of the key that the rule reads, in the job's order
   * @param close whether time passes on behind the last one
   */
  static List<Attempt> of(RuleDefinition rule, List<Event> events, boolean close) {
    Attempts attempts = new Attempts(events);
    Matcher<Event> matcher = new Matcher<>(rule.automaton(), rule.limits());
    MatcherState<Event> state = new MatcherState<>();
    Progress<Event> progress = new Progress<>(rule.automaton());
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      attempts.pass(event.timestamp, i);
      matcher.advanceTime(state, event.timestamp, IGNORED);
      // What time alone has moved on is offered this event too.
      attempts.follow(progress.furthest(state), i);
      attempts.offer(event, i);
      matcher.offer(state, event, event.timestamp, IGNORED);
      attempts.follow(progress.furthest(state), i + 1);
    }
    for (long next = attempts.movesOnAt(); close && next < Long.MAX_VALUE; ) {
      attempts.pass(next, events.size());
      matcher.advanceTime(state, next, IGNORED);
      attempts.follow(progress.furthest(state), events.size());
      next = attempts.movesOnAt();
    }
    return attempts.all(close);
  }

  /** When time next moves a followed partial match on, ms; {@link Long#MAX_VALUE} for never. */
  private long movesOnAt() {
    return open.stream()
        .map(Open::partial)
        .filter(PartialMatch::movesOnAtDeadline)
        .mapToLong(PartialMatch::deadline)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Lets time pass, up to and with a deadline at that time. */
  private void pass(long timestamp, int index) {
    for (Iterator<Open> each = open.iterator(); each.hasNext(); ) {
      Open one = each.next();
      if (one.partial.deadline() <= timestamp) {
        if (!one.partial.movesOnAtDeadline()) {
          ended.add(outOfTime(one, index));
        }
        each.remove();
      }
    }
  }

  private void offer(Event event, int index) {
    for (Iterator<Open> each = open.iterator(); each.hasNext(); ) {
      Open one = each.next();
      PartialMatch<Event> partial = one.partial;
      switch (partial.effect(event)) {
        case PASSED_OVER -> {}
        case ADVANCES -> each.remove();
        case BREAKS_ABSENCE -> {
          int absence = partial.brokenAbsence(event);
          ended.add(ended(one, index + 1, Ending.ABSENCE_BROKEN, event.timestamp, absence));
          each.remove();
        }
        case ENDS -> {
          ended.add(ended(one, index + 1, Ending.DID_NOT_FIT, event.timestamp, -1));
          each.remove();
        }
      }
    }
  }

  private static Attempt outOfTime(Open one, int index) {
    Ending ending = one.partial.limitedByWithin() ? Ending.WITHIN : Ending.WITHIN_PREVIOUS;
    return ended(one, index, ending, one.partial.deadline(), -1);
  }

  private static Attempt ended(Open one, int to, Ending ending, long at, int by) {
    return new Attempt(one.partial, one.since, to, ending, at, by);
  }

  private void follow(PartialMatch<Event> furthest, int since) {
    if (furthest == null || furthest.eventsNeeded() > needed) {
      return;
    }
    if (furthest.eventsNeeded() < needed) {
      needed = furthest.eventsNeeded();
      open.clear();
      ended.clear();
    }
    if (open.size() + ended.size() < FOLLOWED
        && open.stream().noneMatch(one -> one.partial.isSameAs(furthest))) {
      open.add(new Open(furthest, since));
    }
  }

  private List<Attempt> all(boolean close) {
    for (Open one : open) {
      long last = events.get(events.size() - 1).timestamp;
      ended.add(
          close && one.partial.deadline() < Long.MAX_VALUE && !one.partial.movesOnAtDeadline()
              ? outOfTime(one, events.size())
              : ended(one, events.size(), Ending.STILL_OPEN, last, -1));
    }
    return ended;
  }

  private static final MatchOutput<Event> IGNORED =
      new MatchOutput<>() {
        @Override
        public void match(Match<Event> match) {
          // Only keys without a match are looked at.
        }

        @Override
        public void timeout(Match<Event> partial, long timestamp) {
          // Each attempt knows its own deadline.
        }

        @Override
        public void dropped(Dropped what, int count) {
          // The run that finds the matches says so.
        }
      };
}
