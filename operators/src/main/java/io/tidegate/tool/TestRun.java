package io.tidegate.tool;

import io.tidegate.decode.DecodeException;
import io.tidegate.decode.Decoders;
import io.tidegate.decode.EventAssembler;
import io.tidegate.decode.ValueDecoder;
import io.tidegate.event.Event;
import io.tidegate.event.StreamDefinition;
import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.operator.LocalRun;
import io.tidegate.operator.RoutedKey;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.window.WindowDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One run of rules over events: decodes, runs, and writes down what happened. */
final class TestRun implements LocalRun.Output {
  /** "In the future" is a question to a clock, and a test has none. */
  private static final long NO_CLOCK = Long.MAX_VALUE;

  private final String planText;
  private final PlanDefinition plan;
  private final boolean close;
  private final boolean windows;
  private final Answer answer;
  private final ValueDecoder[] decoders;
  private final EventAssembler[] assemblers;
  private final List<Event> events = new ArrayList<>();
  private final Map<RoutedKey, List<Event>> offered = new LinkedHashMap<>();
  private final Map<RoutedKey, Samples> samples = new LinkedHashMap<>();
  private final DerivedFields derived;

  /** The key expression of each rule. */
  private final Map<String, Integer> keys = new HashMap<>();

  private final Map<String, Set<String>> matched = new HashMap<>();
  private final Map<String, Integer> cooledDown = new LinkedHashMap<>();
  private final Map<String, Map<Dropped, Integer>> dropped = new LinkedHashMap<>();

  /**
   * A run.
   *
   * @param close whether time passes on behind the last event until every deadline has fired
   * @param windows whether the windows that matches cut are wanted, and the samples of their keys
   */
  TestRun(String planText, boolean close, boolean windows, Answer answer) {
    this.planText = planText;
    this.plan = PlanDefinition.parse(planText);
    this.close = close;
    this.windows = windows && plan.window() != null;
    this.answer = answer;
    StreamDefinition[] streams = plan.streams();
    derived = new DerivedFields(streams);
    plan.rules().forEach(rule -> keys.put(rule.id(), rule.key()));
    decoders = new ValueDecoder[streams.length];
    assemblers = new EventAssembler[streams.length];
    for (StreamDefinition stream : streams) {
      decoders[stream.index()] = Decoders.of(stream);
      assemblers[stream.index()] = new EventAssembler(stream);
    }
  }

  /**
   * Reads the next event of a stream.
   *
   * @param number its place among all events
   */
  void add(int stream, long number, byte[] json) throws IOException {
    try {
      decoders[stream].decode(json, assemblers[stream]);
      events.add(assemblers[stream].event(0, 0, number, NO_CLOCK));
    } catch (DecodeException e) {
      answer.dead(number, e.reason().code(), e.getMessage());
    }
  }

  /** Runs the rules and writes everything down, at most so many near misses of a rule. */
  void finish(int nearMisses) throws IOException {
    LocalRun run = new LocalRun(plan, this);
    run.run(events, close);
    for (RuleDefinition rule : plan.rules()) {
      answer.open(rule.id(), run.openMatches(rule.id()));
    }
    dropped.forEach((rule, counts) -> counts.forEach((what, n) -> answer.dropped(rule, what, n)));
    cooledDown.forEach(answer::cooledDown);
    samples.values().forEach(answer::samples);
    if (nearMisses > 0) {
      NearMisses misses = new NearMisses(planText, plan, offered, close);
      for (List<NearMiss> found : misses.closest(matched, nearMisses).values()) {
        for (NearMiss miss : found) {
          answer.nearMiss(miss, derived);
        }
      }
    }
  }

  @Override
  public void match(MatchRecord match) {
    matched.computeIfAbsent(match.rule().id(), id -> new HashSet<>()).add(match.key());
    answer.match(match, derived(match), windows);
  }

  private List<Map<String, Object>> derived(MatchRecord match) {
    int expression = keys.get(match.rule().id());
    RoutedKey key = new RoutedKey(expression, match.key());
    return match.events().stream()
        .map(event -> derived.of(key, event.position().offset()))
        .toList();
  }

  @Override
  public void timeout(MatchRecord timeout) {
    answer.timeout(timeout, derived(timeout));
  }

  @Override
  public void cooledDown(String ruleId) {
    cooledDown.merge(ruleId, 1, Integer::sum);
  }

  @Override
  public void late(Event event, long greatest) {
    answer.late(event, greatest);
  }

  @Override
  public void duplicate(Event event) {
    answer.duplicate(event);
  }

  @Override
  public void dropped(String ruleId, Dropped what, int count) {
    dropped
        .computeIfAbsent(ruleId, id -> new EnumMap<>(Dropped.class))
        .merge(what, count, Integer::sum);
  }

  @Override
  public void offered(RoutedKey key, Event event) {
    derived.keep(key, event);
    offered.computeIfAbsent(key, k -> new ArrayList<>()).add(event);
    WindowDefinition window = plan.window();
    if (windows && window.stream() == event.stream && window.key() == key.expression()) {
      samples.computeIfAbsent(key, k -> new Samples(window, k.text())).add(event);
    }
  }
}
