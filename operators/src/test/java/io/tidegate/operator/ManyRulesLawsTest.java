package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.record.MatchRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * What must make no difference to several random rules in one operator.
 *
 * <p>{@code -Dtidegate.laws.cases=N} sets how many draws of rules and events each law is tried
 * with, 40 if nothing is said.
 */
class ManyRulesLawsTest {
  private static final int BATCHES = 5;
  private static final int CASES = Integer.getInteger("tidegate.laws.cases", 40);
  private static final int EVENTS = 40;
  private static final int BOUND = 20;
  private static final long END = 1_000;

  /** Rules and events of one try. */
  private static final class Draw {
    final Random random;
    final String[] rules;
    final List<Event> events;

    Draw(long seed) {
      random = new Random(seed);
      RandomRules drawn = new RandomRules(random);
      rules = drawn.rules(2 + random.nextInt(5));
      events = drawn.events(Plans.with(rules).definition(), EVENTS);
    }
  }

  private interface Law {
    void check(Draw draw) throws Exception;
  }

  private static void holds(long seed, Law law) throws Exception {
    Random seeds = new Random(seed);
    for (int i = 0; i < CASES / BATCHES; i++) {
      law.check(new Draw(seeds.nextLong()));
    }
  }

  @Property(tries = BATCHES, shrinking = ShrinkingMode.OFF)
  void anySplitIntoSnapshotAndRestoreChangesNothing(@ForAll long seed) throws Exception {
    holds(
        seed,
        draw ->
            assertThat(run(draw, draw.rules, draw.events, 1, 3))
                .isEqualTo(run(draw, draw.rules, draw.events, 1, 0)));
  }

  @Property(tries = BATCHES, shrinking = ShrinkingMode.OFF)
  void orderOfArrivalWithinTheBoundChangesNothing(@ForAll long seed) throws Exception {
    holds(
        seed,
        draw ->
            assertThat(run(draw, draw.rules, draw.events, 1, 0))
                .isEqualTo(run(draw, draw.rules, draw.events, 1, 0)));
  }

  @Property(tries = BATCHES, shrinking = ShrinkingMode.OFF)
  void partitioningAndParallelismChangeNothingForAKey(@ForAll long seed) throws Exception {
    holds(
        seed,
        draw -> {
          List<Event> elsewhere = new ArrayList<>();
          for (Event e : draw.events) {
            int partition = draw.random.nextInt(5);
            elsewhere.add(
                new Event(
                    e.type,
                    e.stream,
                    e.timestamp,
                    e.topic,
                    partition,
                    draw.random.nextInt(1_000),
                    e.numbers,
                    e.strings,
                    e.nulls));
          }
          int parallelism = 1 + draw.random.nextInt(4);
          assertThat(run(draw, draw.rules, elsewhere, parallelism, 0))
              .isEqualTo(run(draw, draw.rules, draw.events, 1, 0));
        });
  }

  @Property(tries = BATCHES, shrinking = ShrinkingMode.OFF)
  void removingARuleThatNeverMatchedChangesNothing(@ForAll long seed) throws Exception {
    holds(
        seed,
        draw -> {
          Map<String, List<String>> all = run(draw, draw.rules, draw.events, 1, 0);
          Set<String> matched = new TreeSet<>();
          all.values().forEach(lines -> lines.forEach(l -> matched.add(l.split(" ")[0])));
          String[] left =
              Arrays.stream(draw.rules)
                  .filter(rule -> matched.stream().anyMatch(id -> rule.contains(named(id))))
                  .toArray(String[]::new);
          if (left.length > 0) {
            assertThat(run(draw, left, draw.events, 1, 0)).isEqualTo(all);
          }
        });
  }

  private static String named(String rule) {
    return "\"id\":\"" + rule + "\"";
  }

  @Property(tries = BATCHES, shrinking = ShrinkingMode.OFF)
  void rulesTogetherFindWhatAJobForEachFinds(@ForAll long seed) throws Exception {
    holds(
        seed,
        draw -> {
          List<String> alone = new ArrayList<>();
          for (String rule : draw.rules) {
            run(draw, new String[] {rule}, draw.events, 1, 0).values().forEach(alone::addAll);
          }
          List<String> together = new ArrayList<>();
          run(draw, draw.rules, draw.events, 1, 0).values().forEach(together::addAll);
          assertThat(together).containsExactlyInAnyOrderElementsOf(alone);
        });
  }

  /** The laws are about something: most draws match, and some rules of a draw do not. */
  @Example
  void theDrawsMatchAndTimeOut() throws Exception {
    int matched = 0;
    int silent = 0;
    int timedOut = 0;
    StringBuilder drawn = new StringBuilder();
    for (long seed = 0; seed < 30; seed++) {
      Draw draw = new Draw(seed);
      drawn.append(String.join("", draw.rules));
      Map<String, List<String>> found = run(draw, draw.rules, draw.events, 1, 0);
      Set<String> rules = new TreeSet<>();
      for (List<String> lines : found.values()) {
        lines.forEach(line -> rules.add(line.split(" ")[0]));
        timedOut += lines.stream().anyMatch(line -> line.contains(" timed out ")) ? 1 : 0;
      }
      matched += found.isEmpty() ? 0 : 1;
      silent += rules.size() < draw.rules.length ? 1 : 0;
    }
    assertThat(drawn.toString()).contains("any_of", "all_of", "absent_for", "strict", "until\":{");
    assertThat(matched).isGreaterThan(20);
    assertThat(silent).isGreaterThan(5);
    assertThat(timedOut).isGreaterThan(5);
  }

  /**
   * Runs rules over the events in a random order within the bound, with watermarks in between.
   *
   * @param restarts how often the operators are stopped with a snapshot and started again from it
   * @return what each key and rule gave, in order; between rules no order is promised
   */
  private static Map<String, List<String>> run(
      Draw draw, String[] rules, List<Event> events, int parallelism, int restarts)
      throws Exception {
    Random random = draw.random;
    List<Event> arrivals = shuffled(events, random);
    Set<Integer> stops = new TreeSet<>();
    for (int i = 0; i < restarts; i++) {
      stops.add(random.nextInt(arrivals.size()));
    }
    try (Host host = Host.onHeap(Plans.with(rules))) {
      if (parallelism > 1) {
        host.restart(parallelism);
      }
      long latest = Long.MIN_VALUE / 2;
      for (int i = 0; i < arrivals.size(); i++) {
        if (stops.contains(i)) {
          host.restart(1 + random.nextInt(3));
        }
        host.send(arrivals.get(i));
        latest = Math.max(latest, arrivals.get(i).timestamp);
        if (random.nextInt(4) == 0) {
          host.watermark(latest - BOUND - 1);
        }
      }
      host.watermark(END);
      assertThat(host.late).isEmpty();
      Map<String, List<String>> byKey = new LinkedHashMap<>();
      Stream.concat(host.matches.stream(), host.timeouts.stream())
          .sorted(Comparator.comparing(MatchRecord::key))
          .forEach(
              found ->
                  byKey
                      .computeIfAbsent(
                          found.key() + " " + found.rule().id(), key -> new ArrayList<>())
                      .add(line(found)));
      return Map.copyOf(byKey);
    }
  }

  /** A match without the positions of its events, which are provenance only. */
  private static String line(MatchRecord found) {
    return found.rule().id()
        + (found.timedOut() ? " timed out " + found.timedOutAt() : "")
        + " "
        + found.matchId()
        + " "
        + found.events().stream().map(event -> event.identity()).toList()
        + " "
        + found.measures();
  }

  private static List<Event> shuffled(List<Event> events, Random random) {
    record Arrival(Event event, double at) {}
    return events.stream()
        .map(event -> new Arrival(event, event.timestamp + random.nextDouble() * BOUND))
        .sorted(Comparator.comparingDouble(Arrival::at))
        .map(Arrival::event)
        .toList();
  }
}
