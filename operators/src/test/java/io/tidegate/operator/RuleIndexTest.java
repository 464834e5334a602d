package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.event.EventCodec;
import io.tidegate.event.EventTypes;
import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** The index passes over rules only where meeting them would change nothing. */
class RuleIndexTest {

  @Property(tries = 600, shrinking = ShrinkingMode.OFF)
  void rulesFindThroughTheIndexWhatTheyFindOfferedEveryEvent(@ForAll long seed) {
    Random random = new Random(seed);
    RandomRules drawn = new RandomRules(random);
    PlanDefinition plan = Plans.with(drawn.rules(1 + random.nextInt(8))).definition();
    List<Event> events = drawn.events(plan, 40);
    Found found = new Found(plan);
    found.run(events);
    Expected expected = Expected.of(plan, events, Found.END);
    assertThat(withoutWindows(Expected.lines(found.matches)))
        .isEqualTo(withoutWindows(expected.matches));
    assertThat(Expected.lines(found.timeouts)).isEqualTo(expected.timeouts);
    assertThat(found.dropped).containsExactlyInAnyOrderElementsOf(expected.dropped);
  }

  private static List<String> withoutWindows(List<String> lines) {
    return lines.stream().map(line -> line.replaceAll(" (none|no_window)$", "")).toList();
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void aRuleThatAnEventCanStartIsACandidate(@ForAll long seed) {
    Random random = new Random(seed);
    RandomRules drawn = new RandomRules(random);
    PlanDefinition plan = Plans.with(drawn.rules(1 + random.nextInt(90))).definition();
    RuleIndex index = RuleIndex.of(plan);
    for (Event event : drawn.events(plan, 20)) {
      for (int key = 0; key < plan.keys().size(); key++) {
        Set<HostedRule> candidates = new HashSet<>();
        Candidates found = index.candidates(key, event.stream, event);
        for (int i = 0; i < found.size(); i++) {
          assertThat(candidates.add(found.rule(i))).as("once").isTrue();
          assertThat(i == 0 || found.rule(i - 1).stateId < found.rule(i).stateId).isTrue();
        }
        for (HostedRule rule : index.all()) {
          boolean meets = rule.definition.key() == key && rule.definition.reads(event.stream);
          if (meets && rule.matcher.canStart(event)) {
            assertThat(candidates).contains(rule);
          } else if (!meets) {
            assertThat(candidates).doesNotContain(rule);
          }
        }
      }
    }
  }

  @Example
  void anEventMeetsOnlyTheRulesOfItsKind() {
    List<String> rules = new ArrayList<>();
    for (int kind = 0; kind < 500; kind++) {
      rules.add(
          Plans.rule(
              "rule" + kind,
              0,
              false,
              40,
              "no_skip",
              Plans.stage("a", "readings", "begin", kind)
                  + ","
                  + Plans.stage("b", "readings", "relaxed", kind + 1000)));
    }
    PlanDefinition plan = Plans.with(rules.toArray(String[]::new)).definition();
    RuleIndex index = RuleIndex.of(plan);
    Event event = Plans.event(plan, Plans.READINGS, "e", "robot", "line", 1, 77);
    Candidates candidates = index.candidates(0, Plans.READINGS, event);
    assertThat(candidates.size()).isEqualTo(1);
    assertThat(candidates.rule(0).definition.id()).isEqualTo("rule77");
    long waitsForB = 1L << 1;
    int place = candidates.place(0);
    assertThat(index.concerns(place, waitsForB)).isFalse();
    Event next = Plans.event(plan, Plans.READINGS, "f", "robot", "line", 2, 1077);
    assertThat(index.candidates(0, Plans.READINGS, next).size()).isZero();
    assertThat(index.concerns(place, waitsForB)).isTrue();
  }

  @Example
  void anEventThatWouldBreakStrictContiguityConcernsTheRule() {
    PlanDefinition plan = Plans.with(Plans.burst()).definition();
    RuleIndex index = RuleIndex.of(plan);
    Event one = Plans.event(plan, Plans.READINGS, "e", "robot", "line", 1, 1);
    assertThat(index.candidates(0, Plans.READINGS, one).size()).isZero();
    Set<Boolean> concerns = new HashSet<>();
    for (int state = 1; state < index.all()[0].definition.automaton().size(); state++) {
      concerns.add(index.concerns(0, 1L << state));
    }
    assertThat(concerns).contains(true, false);
  }

  /** Runs a {@link KeyProcessor} over all keys, the events of each in order. */
  private static final class Found implements KeyResults {
    static final long END = 1_000;
    final List<MatchRecord> matches = new ArrayList<>();
    final List<MatchRecord> timeouts = new ArrayList<>();
    final List<String> dropped = new ArrayList<>();
    private final PlanDefinition plan;
    private final KeyProcessor processor;

    Found(PlanDefinition plan) {
      this.plan = plan;
      this.processor = new KeyProcessor(plan, RuleIndex.of(plan), this);
    }

    void run(List<Event> events) {
      EventCodec codec = new EventCodec(EventTypes.of(plan.streams()));
      Map<RoutedKey, PendingEvents> pending = new HashMap<>();
      for (Event event : events) {
        byte[] bytes = codec.bytes(event);
        for (int i = 0; i < plan.keys().size(); i++) {
          RoutedKey key = new RoutedKey(i, plan.keys().get(i).keyOf(event));
          pending
              .computeIfAbsent(key, k -> new PendingEvents(new PendingKeys()))
              .add(event.timestamp, bytes, 0, bytes.length);
        }
      }
      pending.forEach((key, ofKey) -> processor.advance(key, new KeyState(), ofKey, END, 0));
    }

    @Override
    public void match(HostedRule rule, MatchRecord match) {
      matches.add(match);
    }

    @Override
    public void timeout(HostedRule rule, MatchRecord timeout) {
      if (timeout != null) {
        timeouts.add(timeout);
      }
    }

    @Override
    public void cooledDown(HostedRule rule) {
      throw new AssertionError("no rule has a cool-down");
    }

    @Override
    public void duplicate(Event event) {
      throw new AssertionError("nothing is deduplicated here");
    }

    @Override
    public void dropped(HostedRule rule, Dropped what, int count) {
      dropped.add(rule.definition.id() + " " + count + " " + what);
    }

    @Override
    public void opened(int more) {}
  }
}
