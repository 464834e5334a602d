package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.PlanException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/** Rules over derived fields, through the operator: order, restores, plans that change. */
class DerivedFieldsTest {
  private static final String MEAN =
      Plans.derivedField("mean", "double", "avg", "x", "\"events\":3");
  private static final String SUM =
      Plans.derivedField("sum", "double", "sum", "x", "\"range_ms\":50");
  private static final String LIMIT =
      Plans.derivedField("limit", "double", "latest", "x", "\"events\":1");

  @Example
  void aRuleSeesWhatTheEventsOfItsKeyBeforeGive() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.above("mean")).derived(MEAN))) {
      send(host, "robot-1", 10, 1, 1.0);
      send(host, "robot-2", 11, 1, 100.0);
      send(host, "robot-1", 12, 1, 3.0);
      send(host, "robot-1", 13, 2, 0.0);
      host.watermark(20);

      assertThat(host.matches).hasSize(1);
      assertThat(host.matches.get(0).key()).isEqualTo("robot-1");
      assertThat(host.matches.get(0).measures()).containsEntry("value", 1.0);
    }
  }

  @Example
  void theLatestValueOfAStreamThatNoRuleReadsIsThereByKey() throws Exception {
    try (Host host = Host.onHeap(Plans.with(Plans.above("limit")).derived(LIMIT))) {
      assertThat(host.plan().wanted()[0][Plans.STOPS]).isTrue();
      send(host, Plans.STOPS, "robot-1", 9, 1, 5.0);
      send(host, Plans.STOPS, "robot-1", 10, 1, 2.0);
      send(host, Plans.READINGS, "robot-1", 10, 1, 3.0);
      send(host, Plans.READINGS, "robot-2", 10, 1, 3.0);
      send(host, Plans.READINGS, "robot-1", 12, 2, 0.0);
      send(host, Plans.READINGS, "robot-2", 12, 2, 0.0);
      host.watermark(20);

      assertThat(host.matches).hasSize(1);
      assertThat(host.matches.get(0).measures()).containsEntry("value", 2.0);
    }
  }

  @Example
  void aKeyWithATimeRangeIsFreedWhenTheRangeIsEmpty() throws Exception {
    for (StateBackend backend : backends()) {
      try (Host host = new Host(Plans.with(Plans.above("sum")).derived(SUM), backend)) {
        send(host, "robot-1", 10, 3, -1.0);
        host.watermark(59);
        assertThat(host.keys()).isEqualTo(1);
        assertThat(host.timers()).isEqualTo(1);
        host.watermark(60);
        assertThat(host.keys()).isZero();
        assertThat(host.timers()).isZero();
      }
    }
  }

  @Example
  void aFieldThatIsAddedBeginsEmptyAndKeepsWhatIsOpen() throws Exception {
    for (StateBackend backend : backends()) {
      try (Host host = new Host(Plans.with(Plans.rise()), backend)) {
        send(host, "robot-1", 10, 1, 7.0);
        host.watermark(15);
        Plans derived = Plans.with(Plans.rise(), Plans.above("mean")).derived(MEAN, SUM);
        host.restart(2, derived);
        send(host, "robot-1", 20, 2, 1.0);
        send(host, "robot-1", 21, 1, 9.0);
        host.watermark(22);
        host.restart(1, derived.derived(SUM, LIMIT, MEAN));
        send(host, "robot-1", 23, 2, 0.0);
        host.watermark(30);

        assertThat(host.matches)
            .extracting(m -> m.rule().id() + m.startTimestamp() + "-" + m.endTimestamp())
            .containsExactlyInAnyOrder("rise10-20", "rise21-23", "above21-23");
        assertThat(host.matches)
            .filteredOn(m -> m.rule().id().equals("above"))
            .allSatisfy(m -> assertThat(m.measures()).containsEntry("value", 1.0));
        assertThat(host.count("dropped_partial_matches")).isZero();

        host.restart(1, Plans.with(Plans.rise()));
        send(host, "robot-1", 40, 1, 7.0);
        send(host, "robot-1", 41, 2, 7.0);
        host.watermark(200);
        assertThat(host.keys()).as("state of fields that are gone is dropped").isZero();
      }
    }
  }

  @Example
  void aRuleOfAnotherKeyIsRefused() {
    String byLine = Plans.above("mean").replace("\"key\":0", "\"key\":1");
    assertThatThrownBy(() -> Plans.with(byLine).derived(MEAN).definition())
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("rule above, stage above")
        .hasMessageContaining(
            "field 'mean' of stream readings is derived by robot of readings, which is not the"
                + " rule's key");
  }

  @Example
  void whatIsNoDerivedFieldIsRefused() {
    String wrongType = MEAN.replace("\"type\":\"double\"", "\"type\":\"long\"");
    assertThatThrownBy(() -> Plans.with(Plans.rise()).derived(wrongType).definition())
        .hasMessageContaining("stream readings, derived field mean")
        .hasMessageContaining("avg of double is double, but is declared as long");
    String noRange = MEAN.replace("\"events\":3", "\"events\":null");
    assertThatThrownBy(() -> Plans.with(Plans.rise()).derived(noRange).definition())
        .hasMessageContaining("expected a number of events, or a time range");
    String same = LIMIT.replace("\"stream\":\"stops\"", "\"stream\":\"readings\"");
    assertThatThrownBy(() -> Plans.with(Plans.rise()).derived(same).definition())
        .hasMessageContaining("latest is of another stream");
  }

  @Property(tries = 60)
  void orderOfArrivalRestartsAndWatermarksChangeNothing(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    StateBackend backend =
        seed % 10 == 0 ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
    Plans plans =
        Plans.with(Plans.above("mean"), other("sum"), other("limit"))
            .derived(MEAN, SUM, LIMIT)
            .window(1);
    List<Event> events = events(plans.definition(), random);
    try (Host straight = Host.onHeap(plans);
        Host host = new Host(plans, backend)) {
      for (Event event : events) {
        straight.send(event);
      }
      straight.watermark(1_000);
      // Later by up to 20, so that the order of arrival is another.
      List<Event> arrivals = new ArrayList<>(events);
      long[] at = new long[events.size()];
      for (int i = 0; i < at.length; i++) {
        at[i] = events.get(i).timestamp + random.nextInt(20);
      }
      arrivals.sort((a, b) -> Long.compare(at[events.indexOf(a)], at[events.indexOf(b)]));
      for (Event event : arrivals) {
        host.send(event);
        if (random.nextInt(4) == 0) {
          host.watermark(at[events.indexOf(event)] - 20);
        }
        if (random.nextInt(25) == 0) {
          host.restart(1 + random.nextInt(3));
        }
      }
      host.watermark(1_000);

      assertThat(Expected.lines(host.matches)).isEqualTo(Expected.lines(straight.matches));
      assertThat(host.late).isEmpty();
    }
  }

  private static String other(String field) {
    return Plans.above(field)
        .replace("\"id\":\"above\"", "\"id\":\"above-" + field + "\"")
        .replace("fingerprint-of-above", "fingerprint-of-" + field);
  }

  private static List<Event> events(PlanDefinition plan, Random random) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      int stream = random.nextInt(5) == 0 ? Plans.STOPS : Plans.READINGS;
      // Few distinct times, so that priority and identity have to decide.
      long ts = 5 * random.nextInt(50);
      String robot = "robot-" + random.nextInt(2);
      var builder =
          Plans.builder(plan, stream, "e" + i, robot, "line-1", ts, 1 + random.nextInt(3));
      builder.set("x", random.nextInt(8) == 0 ? null : random.nextInt(100) / 10.0);
      events.add(builder.set("y", 1.0).build());
    }
    return events;
  }

  private static List<StateBackend> backends() {
    return List.of(new HashMapStateBackend(), new EmbeddedRocksDBStateBackend());
  }

  private static void send(Host host, String robot, long ts, int kind, Double x) throws Exception {
    send(host, Plans.READINGS, robot, ts, kind, x);
  }

  private static void send(Host host, int stream, String robot, long ts, int kind, Double x)
      throws Exception {
    String id = robot + "@" + ts + "/" + stream;
    host.send(
        Plans.builder(host.plan(), stream, id, robot, "line-1", ts, kind)
            .set("x", x)
            .set("y", 0.0)
            .build());
  }
}
