package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the rules of a plan over a list of events on the calling thread, without Flink: the order,
 * the lateness and the per-key logic are those of the job.
 *
 * <p>For tests of rules, not for volume: everything is kept in memory.
 */
public final class LocalRun {

  /** Receives what happens. */
  public interface Output {
    /** A match. */
    void match(MatchRecord match);

    /** A partial match that ran out of time, of a rule that records them. */
    void timeout(MatchRecord timeout);

    /** A match of a rule that is not reported, so soon after the one before. */
    void cooledDown(String ruleId);

    /**
     * An event that is older than its stream allows; no rule sees it.
     *
     * @param greatest the greatest event time that came before it, epoch ms
     */
    void late(Event event, long greatest);

    /** An event that repeats the identity of one within the horizon; no rule sees it. */
    void duplicate(Event event);

    /** A rule had more open, or more matches of one event, than its limits allow. */
    void dropped(String ruleId, Dropped what, int count);

    /** An event that the rules of a key see, in the order in which they do. */
    void offered(RoutedKey key, Event event);
  }

  private static final long NOTHING_SEEN = Long.MIN_VALUE;

  private final PlanDefinition plan;
  private final StreamDefinition[] streams;
  private final RuleIndex rules;
  private final KeyProcessor processor;
  private final Output out;
  private final Map<RoutedKey, KeyState> keys = new LinkedHashMap<>();

  /** By key expression and stream: whether something wants the event under that key. */
  private final boolean[][] wanted;

  /** A run of all rules of a plan. */
  public LocalRun(PlanDefinition plan, Output out) {
    this.plan = plan;
    this.streams = plan.streams();
    this.rules = RuleIndex.of(plan);
    this.processor = new KeyProcessor(plan, rules, new Forwarding());
    this.out = out;
    this.wanted = plan.wanted();
  }

  /**
   * Takes all events in the job's order and lets time pass.
   *
   * @param arrived the events in the order in which they arrived; each stream is one partition
   * @param close whether time passes beyond the last event until every deadline has fired
   */
  public void run(List<Event> arrived, boolean close) {
    List<Event> events = inTime(arrived);
    events.sort(Identities.order(streams));
    for (Event event : events) {
      offer(event);
    }
    if (!events.isEmpty()) {
      long last = events.get(events.size() - 1).timestamp;
      keys.forEach((key, state) -> processor.advance(key, state, null, last, last));
      if (close) {
        keys.forEach((key, state) -> processor.advance(key, state, null, Long.MAX_VALUE, last));
      }
    }
  }

  /** Number of open partial matches of a rule, over all keys. */
  public int openMatches(String ruleId) {
    int open = 0;
    for (KeyState state : keys.values()) {
      for (int at = 0; at < state.open.size(); at++) {
        HostedRule rule = rules.byStateId(state.open.id(at));
        open += rule.definition.id().equals(ruleId) ? state.open.count(at) : 0;
      }
    }
    return open;
  }

  private List<Event> inTime(List<Event> arrived) {
    List<Event> events = new ArrayList<>(arrived.size());
    long[] greatest = new long[streams.length];
    Arrays.fill(greatest, NOTHING_SEEN);
    for (Event event : arrived) {
      long before = greatest[event.stream];
      greatest[event.stream] = Math.max(before, event.timestamp);
      if (before != NOTHING_SEEN
          && event.timestamp < before - streams[event.stream].outOfOrdernessMs()) {
        out.late(event, before);
      } else {
        events.add(event);
      }
    }
    return events;
  }

  private void offer(Event event) {
    for (int i = 0; i < wanted.length; i++) {
      String text = wanted[i][event.stream] ? plan.keys().get(i).keyOf(event) : null;
      if (text == null) {
        continue;
      }
      RoutedKey key = new RoutedKey(i, text);
      KeyState state = keys.computeIfAbsent(key, k -> new KeyState());
      processor.handle(key, state, event, event.timestamp);
    }
  }

  private final class Forwarding implements KeyResults {
    @Override
    public void match(HostedRule rule, MatchRecord match) {
      out.match(match);
    }

    @Override
    public void timeout(HostedRule rule, MatchRecord timeout) {
      if (timeout != null) {
        out.timeout(timeout);
      }
    }

    @Override
    public void cooledDown(HostedRule rule) {
      out.cooledDown(rule.definition.id());
    }

    @Override
    public void duplicate(Event event) {
      out.duplicate(event);
    }

    @Override
    public void dropped(HostedRule rule, Dropped what, int count) {
      out.dropped(rule.definition.id(), what, count);
    }

    @Override
    public void opened(int more) {
      // Counted at the end, by rule.
    }

    @Override
    public void offering(RoutedKey key, Event event) {
      out.offered(key, event);
    }
  }
}
