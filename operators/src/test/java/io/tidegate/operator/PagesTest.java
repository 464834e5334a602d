package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/**
 * Many open partial matches of one key: they lie in pages, and nobody can tell from the results.
 */
class PagesTest {
  private static final int WITHIN = 3_000;
  private static final long END = 20_000;

  @Property(tries = 8)
  void resultsAreTheSameWhereverPartialMatchesLie(@ForAll long seed) throws Exception {
    Plans plans = plans();
    Random random = new Random(seed);
    List<Event> events = events(plans, random, 3_000);
    Expected expected = Expected.of(plans.definition(), events, END);
    StateBackend backend =
        random.nextInt(4) == 0 ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
    try (Host host = new Host(plans, backend)) {
      long most = 0;
      for (int i = 0; i < events.size(); i++) {
        host.send(events.get(i));
        if (random.nextInt(40) == 0) {
          host.watermark(events.get(i).timestamp - 1);
          most = Math.max(most, host.count("open_partial_matches"));
        }
        if (random.nextInt(1_000) == 0) {
          host.restart(1 + random.nextInt(3));
        }
      }
      host.watermark(END);

      assertThat(most).isGreaterThan(10 * Segments.NEAR);
      assertThat(Expected.lines(host.matches)).isEqualTo(expected.matches);
      assertThat(Expected.lines(host.timeouts)).isEqualTo(expected.timeouts);
      assertThat(host.count("open_partial_matches")).isZero();
      assertThat(host.keys()).isZero();
      assertThat(host.timers()).isZero();
    }
  }

  @Example
  void anEventThatOnlyOpensOrDoesNothingReadsNoPage() throws Exception {
    Plans plans = Plans.with(rise(1_000_000), calm(1_000_000));
    try (Host host = new Host(plans, new EmbeddedRocksDBStateBackend())) {
      open(host, plans, 3_000);
      // Pages were read when they were joined; from here on none is due to be.
      long pages = host.pageReads();
      long accesses = host.accesses();

      for (int i = 0; i < 20; i++) {
        host.send(event(plans, "nothing" + i, 3_001 + i, 9));
        host.watermark(3_001 + i);
      }
      assertThat(host.pageReads()).isEqualTo(pages);
      // One read of each of an event's two keys, and nothing to write.
      assertThat(host.accesses()).isEqualTo(accesses + 2 * 20);

      for (int i = 0; i < 20; i++) {
        host.send(event(plans, "open" + i, 3_101 + i, 1));
        host.watermark(3_101 + i);
      }
      // And one write of the one that has rules; at most one page for each of them becomes full.
      assertThat(host.pageReads()).isEqualTo(pages);
      assertThat(host.accesses()).isBetween(accesses + 5 * 20, accesses + 5 * 20 + 2);
    }
  }

  @Example
  void keysThatNothingHappensToAreNotTouched() throws Exception {
    Plans plans = plans();
    try (Host host = new Host(plans, new EmbeddedRocksDBStateBackend())) {
      for (int i = 0; i < 500; i++) {
        host.send(
            Plans.event(host.plan(), Plans.READINGS, "e" + i, "robot-" + i, "line-" + i, 10, 1));
      }
      host.watermark(11);
      long before = host.accesses();

      host.watermark(12);
      host.send(Plans.event(host.plan(), Plans.READINGS, "one", "robot-7", "line-7", 20, 1));
      host.watermark(21);
      // Two keys of one event: read and, where it opens something, written.
      assertThat(host.accesses() - before).isBetween(2L, 4L);
    }
  }

  private static void open(Host host, Plans plans, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      host.send(event(plans, "e" + i, 1 + i, 1));
      if (i % 16 == 0) {
        host.watermark(i);
      }
    }
    host.watermark(count);
  }

  /** One rule without a skip strategy, one with, and one that is complete by time alone. */
  private static Plans plans() {
    String stages =
        Plans.stage("low", "readings", "begin", 1)
            + ","
            + Plans.stage("high", "readings", "relaxed", 2);
    return Plans.with(
        rise(WITHIN),
        Plans.rule("once", 0, false, WITHIN, "skip_past_last_event", stages),
        calm(WITHIN / 2));
  }

  private static String rise(long within) {
    String low = Plans.stage("low", "readings", "begin", 1);
    String high = Plans.stage("high", "readings", "relaxed", 2);
    return Plans.rule("rise", 0, true, within, "no_skip", low + "," + high);
  }

  private static String calm(long within) {
    String low = Plans.stage("low", "readings", "begin", 1);
    String none = Plans.stage("none", "readings", "not_followed_by", 2);
    return Plans.rule("calm", 0, false, within, "no_skip", low + "," + none);
  }

  private static Event event(Plans plans, String id, long time, int kind) {
    return Plans.event(plans.definition(), Plans.READINGS, id, "robot-1", "line-1", time, kind);
  }

  /** Mostly events that open something, rarely one that goes on. */
  private static List<Event> events(Plans plans, Random random, int count) {
    var plan = plans.definition();
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(600) == 0 ? 2 : random.nextInt(3) == 0 ? 9 : 1;
      String robot = random.nextInt(10) == 0 ? "robot-2" : "robot-1";
      events.add(Plans.event(plan, Plans.READINGS, "e" + i, robot, "line", 1 + 2 * i, kind));
    }
    return events;
  }
}
