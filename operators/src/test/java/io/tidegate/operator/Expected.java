package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.Identities;
import io.tidegate.match.Match;
import io.tidegate.match.MatchOutput;
import io.tidegate.match.Matcher;
import io.tidegate.match.MatcherState;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.WindowStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What the operator has to find, computed without it: all events of a key sorted at once, one
 * matcher per rule and key, windows sliced from a list.
 */
final class Expected {
  final List<String> matches = new ArrayList<>();
  final List<String> timeouts = new ArrayList<>();
  final List<String> dropped = new ArrayList<>();

  private final PlanDefinition plan;
  private final long end;

  private Expected(PlanDefinition plan, long end) {
    this.plan = plan;
    this.end = end;
  }

  /** The results of events once the watermark stands at {@code end}. */
  static Expected of(PlanDefinition plan, List<Event> events, long end) {
    Expected expected = new Expected(plan, end);
    for (RuleDefinition rule : plan.rules()) {
      TreeMap<String, List<Event>> byKey = new TreeMap<>();
      for (Event event : events) {
        if (event.timestamp <= end) {
          String key = plan.keys().get(rule.key()).keyOf(event);
          byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(event);
        }
      }
      byKey.forEach((key, ofKey) -> expected.run(rule, key, ofKey));
    }
    expected.matches.sort(null);
    expected.timeouts.sort(null);
    return expected;
  }

  private void run(RuleDefinition rule, String key, List<Event> events) {
    events.sort(Identities.order(plan.streams()));
    MatchDescriber describer = new MatchDescriber(plan.streams());
    HostedRule hosted = new HostedRule(rule);
    Matcher<Event> matcher = new Matcher<>(rule.automaton(), rule.limits());
    MatcherState<Event> state = new MatcherState<>();
    List<Event> samples = new ArrayList<>();
    MatchOutput<Event> output =
        new MatchOutput<>() {
          @Override
          public void match(Match<Event> match) {
            MatchRecord record =
                describer.describe(
                    hosted,
                    key,
                    match,
                    MatchRecord.NOT_TIMED_OUT,
                    0,
                    io.tidegate.record.WindowCut.NONE);
            matches.add(line(record) + " " + window(rule, match, samples));
          }

          @Override
          public void timeout(Match<Event> partial, long timestamp) {
            if (rule.timeouts()) {
              timeouts.add(
                  line(
                      describer.describe(
                          hosted, key, partial, timestamp, 0, io.tidegate.record.WindowCut.NONE)));
            }
          }

          @Override
          public void dropped(Dropped what, int count) {
            dropped.add(rule.id() + " " + count + " " + what);
          }
        };
    for (Event event : events) {
      advance(matcher, state, event.timestamp, samples, output);
      if (plan.window() != null && event.stream == plan.window().stream()) {
        samples.add(event);
      }
      if (rule.reads(event.stream)) {
        matcher.offer(state, event, event.timestamp, output);
      }
    }
    advance(matcher, state, end, samples, output);
  }

  /** Lets time pass; samples of a key that has been silent for the limit are gone on the way. */
  private void advance(
      Matcher<Event> matcher,
      MatcherState<Event> state,
      long time,
      List<Event> samples,
      MatchOutput<Event> output) {
    if (plan.keyIdleMs() > 0 && !samples.isEmpty()) {
      long gone = samples.get(samples.size() - 1).timestamp + plan.keyIdleMs();
      if (gone <= time) {
        matcher.advanceTime(state, gone - 1, output);
        samples.clear();
      }
    }
    matcher.advanceTime(state, time, output);
  }

  private String window(RuleDefinition rule, Match<Event> match, List<Event> samples) {
    if (plan.window() == null || rule.key() != plan.window().key()) {
      return "none";
    }
    Event last = match.event(match.size() - 1);
    int upTo = 0;
    while (upTo < samples.size()
        && Identities.compare(plan.streams(), samples.get(upTo), last) <= 0) {
      upTo++;
    }
    int length = plan.window().length();
    int overwritten = Math.max(0, samples.size() - plan.window().capacity());
    if (overwritten > 0 && upTo <= overwritten) {
      return WindowStatus.EVICTED.text();
    }
    if (upTo < length) {
      return WindowStatus.SHORT_HISTORY.text();
    }
    if (upTo - length < overwritten) {
      return WindowStatus.EVICTED.text();
    }
    StringBuilder text = new StringBuilder(WindowStatus.OK.text());
    for (String channel : plan.window().channelNames()) {
      for (Event sample : samples.subList(upTo - length, upTo)) {
        int field = sample.type.indexOf(channel);
        if (sample.isNull(field)) {
          return WindowStatus.NAN.text();
        }
        text.append(' ').append((float) sample.doubleAt(sample.type.slot(field)));
      }
    }
    return text.toString();
  }

  /** Matches of an operator in the form of {@link #matches}. */
  static List<String> lines(List<MatchRecord> records) {
    List<String> lines = new ArrayList<>();
    for (MatchRecord record : records) {
      StringBuilder line = new StringBuilder(line(record));
      if (!record.timedOut()) {
        line.append(' ').append(record.window().status().text());
        if (record.window().status() == WindowStatus.OK) {
          for (float value : record.window().values()) {
            line.append(' ').append(value);
          }
        }
      }
      lines.add(line.toString());
    }
    lines.sort(null);
    return lines;
  }

  private static String line(MatchRecord record) {
    return record.rule().id()
        + " "
        + record.key()
        + " "
        + record.matchId()
        + " "
        + record.events()
        + " "
        + new TreeMap<>(record.measures())
        + (record.timedOut() ? " at " + record.timedOutAt() : "");
  }
}
