package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** The filter leaves out only what would change nothing. */
class EventFilterTest {
  private static final long END = 1_000;

  /** A single rule, so that no other lets through what this one would miss. */
  @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
  void aRuleFindsInWhatPassesWhatItFindsInAll(@ForAll long seed) {
    Random random = new Random(seed);
    RandomRules drawn = new RandomRules(random);
    PlanDefinition plan = Plans.with(drawn.rules(1)).definition();
    List<Event> events = drawn.events(plan, 60);
    Expected all = Expected.of(plan, events, END);
    Expected left = Expected.of(plan, passing(plan, events), END);
    assertThat(left.matches).isEqualTo(all.matches);
    assertThat(left.timeouts).isEqualTo(all.timeouts);
    assertThat(left.dropped).isEqualTo(all.dropped);
  }

  private static List<Event> passing(PlanDefinition plan, List<Event> events) {
    EventFilter filter = new EventFilter(plan);
    int key = plan.rules().get(0).key();
    return events.stream().filter(event -> filter.passes(key, event)).toList();
  }

  /** The law above is about something. */
  @Example
  void aGoodPartOfTheDrawsIsLeftOut() {
    int all = 0;
    int left = 0;
    for (long seed = 0; seed < 200; seed++) {
      RandomRules drawn = new RandomRules(new Random(seed));
      PlanDefinition plan = Plans.with(drawn.rules(1)).definition();
      List<Event> events = drawn.events(plan, 60);
      all += events.size();
      left += passing(plan, events).size();
    }
    assertThat(left).isBetween(all / 2, 9 * all / 10);
  }

  @Example
  void anEventThatMayBreakStrictContiguityPasses() {
    String relaxed =
        Plans.stage("a", "readings", "begin", 1) + "," + Plans.stage("b", "readings", "relaxed", 2);
    String strict =
        Plans.stage("a", "readings", "begin", 1) + "," + Plans.stage("b", "readings", "strict", 2);
    assertThat(passes(Plans.with(rule("r", relaxed)), 3)).isFalse();
    assertThat(passes(Plans.with(rule("r", relaxed)), 2)).isTrue();
    assertThat(passes(Plans.with(rule("r", strict)), 3)).isTrue();
    assertThat(passes(Plans.with(rule("r", relaxed), rule("s", strict)), 3)).isTrue();
  }

  @Example
  void aStreamThatFeedsMoreThanPatternsPassesWhole() {
    String relaxed =
        Plans.stage("a", "readings", "begin", 1) + "," + Plans.stage("b", "readings", "relaxed", 2);
    Plans plans = Plans.with(rule("r", relaxed));
    assertThat(passes(plans.window(0), 3)).isTrue();
    String latest = Plans.derivedField("limit", "double", "latest", "x", "\"events\":1");
    assertThat(passes(Plans.with(rule("r", relaxed)).derived(latest), 3)).isTrue();
    assertThat(passes(Plans.with(rule("r", relaxed)).deduplication(10), 3)).isTrue();
  }

  private static String rule(String id, String stages) {
    return Plans.rule(id, 0, false, 40, "no_skip", stages);
  }

  private static boolean passes(Plans plans, int kind) {
    PlanDefinition plan = plans.definition();
    Event event = Plans.event(plan, Plans.READINGS, "e", "robot", "line", 1, kind);
    return new EventFilter(plan).passes(0, event);
  }
}
