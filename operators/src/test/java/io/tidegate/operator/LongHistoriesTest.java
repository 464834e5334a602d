package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/** Derived fields that look back far, in RocksDB: histories lie apart from their key. */
class LongHistoriesTest {
  private static final String MEAN =
      Plans.derivedField("mean", "double", "avg", "x", "\"events\":150");
  private static final String KINDS =
      Plans.derivedField("kinds", "long", "distinct", "kind", "\"range_ms\":900");
  private static final String MOST =
      Plans.derivedField("most", "double", "max", "x", "\"range_ms\":1200");
  private static final long END = 10_000;

  @Property(tries = 4)
  void restartsAndWatermarksChangeNothing(@ForAll long seed) throws Exception {
    Plans plans = plans();
    Random random = new Random(seed);
    List<Event> events = events(plans.definition(), random);
    try (Host straight = Host.onHeap(plans);
        Host host = new Host(plans, new EmbeddedRocksDBStateBackend())) {
      for (Event event : events) {
        straight.send(event);
      }
      straight.watermark(END);
      int most = 0;
      for (Event event : events) {
        host.send(event);
        if (random.nextInt(6) == 0) {
          host.watermark(event.timestamp - 1);
          most = Math.max(most, host.keys("histories"));
        }
        if (random.nextInt(300) == 0) {
          host.restart(1 + random.nextInt(3));
        }
      }
      host.watermark(END);

      assertThat(most).isPositive();
      assertThat(straight.keys("histories")).isZero();
      assertThat(Expected.lines(host.matches)).isEqualTo(Expected.lines(straight.matches));
      assertThat(host.keys()).isZero();
      assertThat(host.keys("histories")).as("what is apart is freed with its key").isZero();
      assertThat(host.timers()).isZero();
    }
  }

  @Example
  void fieldsThatAreGoneLeaveNothing() throws Exception {
    try (Host host = new Host(plans(), new EmbeddedRocksDBStateBackend())) {
      List<Event> events = events(host.plan(), new Random(1));
      for (Event event : events.subList(0, 500)) {
        host.send(event);
      }
      host.watermark(events.get(500).timestamp - 1);
      assertThat(host.keys("histories")).isPositive();

      host.restart(1, Plans.with(Plans.rise()));
      for (Event event : events.subList(500, 520)) {
        host.send(event);
      }
      host.watermark(END);
      assertThat(host.keys("histories")).isZero();
      assertThat(host.keys()).isZero();
    }
  }

  private static Plans plans() {
    return Plans.with(Plans.above("mean"), Plans.rise()).derived(MEAN, KINDS, MOST).idle(2_000);
  }

  private static List<Event> events(PlanDefinition plan, Random random) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String robot = random.nextInt(5) == 0 ? "robot-2" : "robot-1";
      var builder =
          Plans.builder(
              plan, Plans.READINGS, "e" + i, robot, "line-1", 1 + 2 * i, 1 + random.nextInt(60));
      builder.set("x", random.nextInt(8) == 0 ? null : random.nextInt(1_000) / 10.0);
      events.add(builder.set("y", 1.0).build());
    }
    return events;
  }
}
