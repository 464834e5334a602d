package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/** With an idle limit, too, the results depend on the events alone. */
class IdleKeysLawsTest {
  private static final int BOUND = 20;
  private static final long END = 1_000;
  private static final String MEAN =
      Plans.derivedField("mean", "double", "avg", "x", "\"events\":3");
  private static final String BEFORE =
      Plans.derivedField("before", "double", "previous", "x", "\"events\":1");
  private static final String LIMIT =
      Plans.derivedField("limit", "double", "latest", "x", "\"events\":1");

  @Property(tries = 60)
  void orderOfArrivalWatermarksAndRestartsChangeNoWindow(@ForAll long seed) throws Exception {
    Plans plans = Plans.all().window(1).idle(25);
    try (Host host = new Host(plans, backend(seed))) {
      List<Event> events = run(host, seed);
      Expected expected = Expected.of(host.plan(), events, END);
      assertThat(Expected.lines(host.matches)).isEqualTo(expected.matches);
      assertThat(Expected.lines(host.timeouts)).isEqualTo(expected.timeouts);
      assertThat(host.keys()).isZero();
      assertThat(host.timers()).isZero();
    }
  }

  @Property(tries = 60)
  void orderOfArrivalWatermarksAndRestartsChangeNoDerivedField(@ForAll long seed) throws Exception {
    Plans plans = derived().idle(25);
    try (Host host = new Host(plans, backend(seed))) {
      List<Event> events = run(host, seed);
      assertThat(Expected.lines(host.matches)).isEqualTo(replayed(plans, events));
      assertThat(host.keys()).isZero();
      assertThat(host.timers()).isZero();
    }
  }

  /** The properties are about something: the limit is reached, and makes a difference. */
  @Example
  void theLimitMakesADifference() throws Exception {
    int different = 0;
    for (long seed = 0; seed < 20; seed++) {
      try (Host limited = Host.onHeap(derived().idle(25));
          Host unlimited = Host.onHeap(derived())) {
        run(limited, seed);
        run(unlimited, seed);
        different +=
            Expected.lines(limited.matches).equals(Expected.lines(unlimited.matches)) ? 0 : 1;
        assertThat(limited.count("idle_keys")).isPositive();
      }
    }
    assertThat(different).isGreaterThan(10);
  }

  private static Plans derived() {
    return Plans.with(Plans.above("mean"), other("before"), other("limit"))
        .derived(MEAN, BEFORE, LIMIT)
        .window(1);
  }

  private static String other(String field) {
    return Plans.above(field)
        .replace("\"id\":\"above\"", "\"id\":\"above-" + field + "\"")
        .replace("fingerprint-of-above", "fingerprint-of-" + field);
  }

  private static StateBackend backend(long seed) {
    return seed % 10 == 0 ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
  }

  /** Sends generated events in some order within the bound, with watermarks and restarts. */
  private static List<Event> run(Host host, long seed) throws Exception {
    Random random = new Random(seed);
    List<Event> events = events(host.plan(), random);
    record Arrival(Event event, double at) {}
    List<Event> arrivals =
        events.stream()
            .map(event -> new Arrival(event, event.timestamp + random.nextDouble() * BOUND))
            .sorted(Comparator.comparingDouble(Arrival::at))
            .map(Arrival::event)
            .toList();
    long latest = 0;
    for (Event event : arrivals) {
      host.send(event);
      latest = Math.max(latest, event.timestamp);
      if (random.nextInt(4) == 0) {
        host.watermark(latest - BOUND - 1);
      }
      if (random.nextInt(20) == 0) {
        host.restart(1 + random.nextInt(3));
      }
    }
    host.watermark(END);
    assertThat(host.late).isEmpty();
    return events;
  }

  private static List<Event> events(PlanDefinition plan, Random random) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int stream = random.nextInt(5) == 0 ? Plans.STOPS : Plans.READINGS;
      String robot = "robot-" + random.nextInt(3);
      // Few distinct times, so that priority and identity have to decide, and long gaps.
      long ts = 5 * random.nextInt(60);
      var builder =
          Plans.builder(plan, stream, "e" + i, robot, "line-" + i % 2, ts, 1 + random.nextInt(4));
      builder.set("x", random.nextInt(8) == 0 ? null : random.nextInt(100) / 10.0);
      events.add(builder.set("y", 1.0).build());
    }
    return events;
  }

  private static List<String> replayed(Plans plans, List<Event> events) {
    List<MatchRecord> matches = new ArrayList<>();
    LocalRun.Output output =
        new LocalRun.Output() {
          @Override
          public void match(MatchRecord match) {
            matches.add(match);
          }

          @Override
          public void timeout(MatchRecord timeout) {}

          @Override
          public void cooledDown(String ruleId) {}

          @Override
          public void late(Event event, long greatest) {
            throw new AssertionError("late: " + event.timestamp);
          }

          @Override
          public void duplicate(Event event) {}

          @Override
          public void dropped(String ruleId, Dropped what, int count) {}

          @Override
          public void offered(RoutedKey key, Event event) {}
        };
    List<Event> inOrder = new ArrayList<>(events);
    inOrder.sort(Comparator.comparingLong(event -> event.timestamp));
    new LocalRun(plans.definition(), output).run(inOrder, true);
    return Expected.lines(matches);
  }
}
