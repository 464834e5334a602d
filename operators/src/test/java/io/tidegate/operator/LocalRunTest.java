package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Without Flink, rules find what they find in the operator, and cut the same windows. */
class LocalRunTest {
  private static final long END = 10_000;

  @Property(tries = 60)
  void itFindsAndCutsWhatTheOperatorDoes(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    // Robots read every 10 ms or so: some are silent for so long that their windows begin anew.
    Plans plans = Plans.all().window(random.nextInt(8)).idle(60);
    List<Event> events = events(plans.definition(), random, 80);
    shuffle(events, random);
    Recorded run = run(plans, events, true);
    try (Host host = Host.onHeap(plans)) {
      for (Event event : events) {
        host.send(event);
      }
      host.watermark(END);
      assertThat(Expected.lines(run.matches)).isEqualTo(Expected.lines(host.matches));
      assertThat(Expected.lines(run.timeouts)).isEqualTo(Expected.lines(host.timeouts));
    }
    assertThat(run.late).isEmpty();
  }

  @Property(tries = 60)
  void theOrderOfArrivalWithinTheBoundChangesNothing(@ForAll long seed) {
    Plans plans = Plans.all();
    Random random = new Random(seed);
    List<Event> events = events(plans.definition(), random, 60);
    Recorded inOrder = run(plans, events, true);
    List<Event> shuffled = new ArrayList<>(events);
    shuffle(shuffled, random);
    Recorded other = run(plans, shuffled, true);
    assertThat(Expected.lines(other.matches)).isEqualTo(Expected.lines(inOrder.matches));
    assertThat(other.late).isEmpty();
  }

  @Example
  void anEventBehindTheBoundIsLateAndOneOnItIsNot() {
    Plans plans = Plans.all();
    PlanDefinition plan = plans.definition();
    List<Event> events = new ArrayList<>();
    for (long ts : new long[] {100, 80, 79}) {
      events.add(Plans.builder(plan, Plans.READINGS, "e" + ts, "r", "l", ts, 9).build());
    }
    Recorded run = run(plans, events, true);
    assertThat(run.late).containsExactly(events.get(2));
    assertThat(run.offered).containsSubsequence(events.get(1), events.get(0));
  }

  @Example
  void onlyTheCloseLetsTimePassBehindTheLastEvent() {
    Plans plans = Plans.with(Plans.rise());
    PlanDefinition plan = plans.definition();
    List<Event> one = List.of(Plans.builder(plan, Plans.READINGS, "e", "r", "l", 5, 1).build());
    Recorded open = run(plans, one, false);
    assertThat(open.timeouts).isEmpty();
    assertThat(open.partialMatches).isEqualTo(1);
    Recorded closed = run(plans, one, true);
    assertThat(closed.timeouts).hasSize(1);
    assertThat(closed.partialMatches).isZero();
  }

  /** Events in order of time, few distinct times, so that priority and identity have to decide. */
  private static List<Event> events(PlanDefinition plan, Random random, int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int stream = random.nextInt(5) == 0 ? Plans.STOPS : Plans.READINGS;
      String robot = "robot-" + random.nextInt(3);
      String line = "line-" + random.nextInt(2);
      int kind = 1 + random.nextInt(4);
      var builder = Plans.builder(plan, stream, "e" + i, robot, line, 5L * (i / 2), kind);
      if (random.nextInt(12) > 0) {
        builder.set("x", i + random.nextDouble());
      }
      builder.set("y", (double) kind);
      events.add(builder.build());
    }
    return events;
  }

  /** Within the bound of the streams, so that nothing is late. */
  private static void shuffle(List<Event> events, Random random) {
    for (int i = 0; i + 3 < events.size(); i += 3) {
      Collections.shuffle(events.subList(i, i + 3), random);
    }
  }

  private static Recorded run(Plans plans, List<Event> events, boolean close) {
    Recorded recorded = new Recorded();
    PlanDefinition plan = plans.definition();
    LocalRun run = new LocalRun(plan, recorded);
    run.run(events, close);
    plan.rules().forEach(rule -> recorded.partialMatches += run.openMatches(rule.id()));
    return recorded;
  }

  private static final class Recorded implements LocalRun.Output {
    final List<MatchRecord> matches = new ArrayList<>();
    final List<MatchRecord> timeouts = new ArrayList<>();
    final List<Event> late = new ArrayList<>();
    final List<Event> offered = new ArrayList<>();
    int partialMatches;

    @Override
    public void match(MatchRecord match) {
      matches.add(match);
    }

    @Override
    public void timeout(MatchRecord timeout) {
      timeouts.add(timeout);
    }

    @Override
    public void cooledDown(String ruleId) {
      throw new AssertionError("no rule of these plans cools down");
    }

    @Override
    public void late(Event event, long greatest) {
      late.add(event);
    }

    @Override
    public void duplicate(Event event) {
      throw new AssertionError("no stream of these plans deduplicates");
    }

    @Override
    public void dropped(String ruleId, Dropped what, int count) {
      throw new AssertionError("rule " + ruleId + " dropped " + count + " " + what);
    }

    @Override
    public void offered(RoutedKey key, Event event) {
      offered.add(event);
    }
  }
}
