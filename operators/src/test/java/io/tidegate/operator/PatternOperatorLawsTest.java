package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/** Whatever happens on the way, the operator finds what {@link Expected} finds. */
class PatternOperatorLawsTest {
  private static final int BOUND = 20;
  private static final long END = 400;

  @Property(tries = 150)
  void orderOfArrivalWithinTheBoundChangesNothing(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 120) int count) throws Exception {
    Plans plans = Plans.all().window((int) Math.floorMod(seed, 4));
    try (Host host = Host.onHeap(plans)) {
      run(host, seed, count, 0, plans);
    }
  }

  @Property(tries = 100)
  void snapshotAndRestoreAtAnyPointChangeNothingOnTheHeap(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int count) throws Exception {
    Plans plans = Plans.all().window(1);
    try (Host host = new Host(plans, new HashMapStateBackend())) {
      run(host, seed, count, 3, plans);
    }
  }

  @Property(tries = 8)
  void snapshotAndRestoreAtAnyPointChangeNothingInRocksDb(
      @ForAll long seed, @ForAll @IntRange(min = 20, max = 80) int count) throws Exception {
    Plans plans = Plans.all().window(1);
    StateBackend backend = new EmbeddedRocksDBStateBackend();
    try (Host host = new Host(plans, backend)) {
      run(host, seed, count, 2, plans);
    }
  }

  @Property(tries = 30)
  void severalRulesTogetherFindWhatEachFindsAlone(@ForAll long seed) throws Exception {
    List<String> alone = new ArrayList<>();
    String[] rules = {Plans.rise(), Plans.halted(), Plans.calm(), Plans.burst()};
    for (String rule : rules) {
      Plans plans = Plans.with(rule).window(0);
      try (Host host = Host.onHeap(plans)) {
        run(host, seed, 80, 0, plans);
        alone.addAll(Expected.lines(host.matches));
        alone.addAll(Expected.lines(host.timeouts));
      }
    }
    Plans plans = Plans.with(rules).window(0);
    try (Host host = Host.onHeap(plans)) {
      run(host, seed, 80, 0, plans);
      List<String> together = new ArrayList<>(Expected.lines(host.matches));
      together.addAll(Expected.lines(host.timeouts));
      assertThat(together).containsExactlyInAnyOrderElementsOf(alone);
    }
  }

  /** The properties above are about something: the runs have results of every kind. */
  @Example
  void theGeneratedRunsHaveResultsOfEveryKind() throws Exception {
    Plans plans = Plans.all().window(1);
    StringBuilder found = new StringBuilder();
    for (long seed = 0; seed < 20; seed++) {
      try (Host host = Host.onHeap(plans)) {
        run(host, seed, 100, 0, plans);
        Expected.lines(host.matches).forEach(line -> found.append(line).append('\n'));
        Expected.lines(host.timeouts).forEach(line -> found.append("timeout ").append(line));
      }
    }
    assertThat(found.toString())
        .contains("rise robot-", "halted line-", "calm robot-", "burst robot-")
        .contains(" ok ", " short_history", " evicted", " nan", " none")
        .contains("timeout rise", "timeout burst");
  }

  /** Sends generated events, shuffled within the bound, with watermarks and restarts in between. */
  private static void run(Host host, long seed, int count, int restarts, Plans plans)
      throws Exception {
    Random random = new Random(seed);
    List<Event> events = events(host.plan(), random, count);
    List<Event> arrivals = shuffled(events, random);
    List<Integer> stops = new ArrayList<>();
    for (int i = 0; i < restarts; i++) {
      stops.add(random.nextInt(count + 1));
    }
    int[] parallelisms = {3, 2, 1, 4};
    int next = 0;
    long latest = Long.MIN_VALUE / 2;
    for (int i = 0; i <= arrivals.size(); i++) {
      if (stops.contains(i)) {
        host.restart(parallelisms[next++ % parallelisms.length]);
      }
      if (i == arrivals.size()) {
        break;
      }
      host.send(arrivals.get(i));
      latest = Math.max(latest, arrivals.get(i).timestamp);
      if (random.nextInt(4) == 0) {
        host.watermark(latest - BOUND - 1);
      }
    }
    assertThat(host.count("pending") + host.count("open_partial_matches")).isNotNegative();
    host.watermark(END);
    Expected expected = Expected.of(host.plan(), events, END);
    assertThat(Expected.lines(host.matches)).isEqualTo(expected.matches);
    assertThat(Expected.lines(host.timeouts)).isEqualTo(expected.timeouts);
    assertThat(host.late).isEmpty();
    assertThat(host.count("events")).isEqualTo(count);
    assertThat(host.count("pending")).isZero();
    assertThat(host.count("open_partial_matches")).isZero();
    assertThat(host.count("matches")).isEqualTo(expected.matches.size());
  }

  private static List<Event> events(PlanDefinition plan, Random random, int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int stream = random.nextInt(5) == 0 ? Plans.STOPS : Plans.READINGS;
      String robot = "robot-" + random.nextInt(3);
      String line = "line-" + random.nextInt(2);
      // Few distinct times, so that priority and identity have to decide.
      long ts = 5 * random.nextInt(50);
      int kind = 1 + random.nextInt(4);
      var builder = Plans.builder(plan, stream, "e" + i, robot, line, ts, kind);
      builder.set("x", (double) i);
      builder.set("y", random.nextInt(15) == 0 ? null : (double) kind);
      events.add(builder.build());
    }
    return events;
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
