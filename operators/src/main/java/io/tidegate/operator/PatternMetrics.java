package io.tidegate.operator;

import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.WindowStatus;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What the pattern operator counts. All of it survives a restore, see {@link Totals}.
 *
 * <p>{@code events} counts each event once, whatever the number of its keys; {@code duplicates} and
 * {@code pending} count its copies.
 */
final class PatternMetrics {
  private final MetricGroup group;
  private final Totals totals;
  private final Map<String, RuleCounters> byRule = new HashMap<>();
  private final Map<WindowStatus, Counter> windows = new EnumMap<>(WindowStatus.class);
  private final Counter matches;
  private final Counter timeouts;
  private final Counter cooledDown;

  final Counter events;
  final Counter lateIdle;
  final Counter lateCopies;
  final Counter duplicates;

  /** How often a key's window and derived fields were freed because it was silent. */
  final Counter idleKeys;

  final Counter pending;
  final Counter open;

  /** Keys of which something is kept, those restored from format 1 aside. */
  final Counter keys;

  /** Those of rules that a restore no longer knows included. */
  final Counter droppedPartialMatches;

  private final Counter droppedMatches;

  PatternMetrics(MetricGroup group, Totals totals, RuleIndex rules) {
    this.group = group;
    this.totals = totals;
    events = totals.counter(group, "events");
    lateIdle = totals.counter(group, "late_idle");
    lateCopies = totals.counter(group, "late_copies");
    duplicates = totals.counter(group, "duplicates");
    matches = totals.counter(group, "matches");
    timeouts = totals.counter(group, "timeouts");
    cooledDown = totals.counter(group, "cooled_down");
    idleKeys = totals.counter(group, "idle_keys");
    droppedPartialMatches = totals.counter(group, "dropped_partial_matches");
    droppedMatches = totals.counter(group, "dropped_matches");
    pending = level("pending");
    open = level("open_partial_matches");
    keys = level("keys");
    for (WindowStatus status : WindowStatus.values()) {
      windows.put(status, totals.counter(group, "windows_" + status.text()));
    }
    use(rules);
  }

  /** Counts for these rules as well. */
  void use(RuleIndex rules) {
    for (HostedRule rule : rules.all()) {
      rule.counters = byRule.computeIfAbsent(rule.definition.id(), this::ofRule);
    }
  }

  private RuleCounters ofRule(String id) {
    MetricGroup ruleGroup = group.addGroup("rule", id);
    return new RuleCounters(name -> totals.counter("rule." + id + "." + name, ruleGroup, name));
  }

  // Goes up and down, so it is shown as a gauge.
  private Counter level(String name) {
    Counter counter = totals.counter(name);
    group.gauge(name, (Gauge<Long>) () -> Math.max(0, counter.getCount()));
    return counter;
  }

  /** Shows a value that is computed when it is asked for. */
  void gauge(String name, Gauge<Long> gauge) {
    group.gauge(name, gauge);
  }

  void matched(HostedRule rule, MatchRecord match) {
    matches.inc();
    rule.counters.matches.inc();
    windows.get(match.window().status()).inc();
  }

  void dropped(HostedRule rule, Dropped what, int count) {
    boolean partial = what == Dropped.PARTIAL_MATCHES;
    RuleCounters ofRule = rule.counters;
    (partial ? droppedPartialMatches : droppedMatches).inc(count);
    (partial ? ofRule.droppedPartialMatches : ofRule.droppedMatches).inc(count);
  }

  void timedOut(HostedRule rule) {
    timeouts.inc();
    rule.counters.timeouts.inc();
  }

  void cooledDown(HostedRule rule) {
    cooledDown.inc();
    rule.counters.cooledDown.inc();
  }
}
