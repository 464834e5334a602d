package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/** A limit on open partial matches that lie in pages. */
class SurplusTest {
  private static final int LIMIT = 300;

  /** A reading of 1, then of 2, then of 3, with a limit. */
  private static Plans limited(String policy, int open, long within) {
    String stages =
        Plans.stage("low", "readings", "begin", 1)
            + ","
            + Plans.stage("high", "readings", "relaxed", 2)
            + ","
            + Plans.stage("top", "readings", "relaxed", 3);
    String limits =
        "\"limits\":{\"open\":%d,\"matches_per_event\":1000,\"policy\":\"%s\"},\"timeouts\":"
            .formatted(open, policy);
    return Plans.with(
        Plans.rule("rise", 0, true, within, "no_skip", stages).replace("\"timeouts\":", limits));
  }

  private static void send(Host host, int i, int kind) throws Exception {
    host.send(Plans.event(host.plan(), Plans.READINGS, "e" + i, "robot-1", "line", 1 + i, kind));
  }

  @Example
  void atTheLimitAnEventReadsNoPageHoweverManyThereAre() throws Exception {
    for (int limit : new int[] {LIMIT, 10 * LIMIT}) {
      try (Host host =
          new Host(limited("drop_oldest", limit, 1_000_000), new EmbeddedRocksDBStateBackend())) {
        int events = limit + 40;
        for (int i = 0; i < events; i++) {
          send(host, i, 1);
          host.watermark(1 + i);
        }
        long pages = host.pageReads();
        long dropped = host.count("dropped_partial_matches");
        assertThat(dropped).isEqualTo(40);

        for (int i = 0; i < 20; i++) {
          send(host, events + i, 1);
          host.watermark(1 + events + i);
        }
        assertThat(host.count("dropped_partial_matches")).isEqualTo(dropped + 20);
        assertThat(host.count("open_partial_matches")).isEqualTo(limit);
        // A page for each 32 that are opened; small ones are joined once there are 32 of them.
        assertThat(host.pageReads() - pages).isLessThanOrEqualTo(32);
      }
    }
  }

  /** Where partial matches wait in several states, one page of each is read at most. */
  @Example
  void inSeveralStatesAnEventAtTheLimitReadsAsManyPagesAsStates() throws Exception {
    int limit = 10 * LIMIT;
    try (Host host =
        new Host(limited("drop_oldest", limit, 1_000_000), new EmbeddedRocksDBStateBackend())) {
      int events = 0;
      for (; events < limit / 2; events++) {
        send(host, events, 1);
      }
      send(host, events++, 2);
      for (; events < limit + 40; events++) {
        send(host, events, 1);
        host.watermark(1 + events);
      }
      long pages = host.pageReads();
      for (int i = 0; i < 20; i++) {
        send(host, events + i, 1);
        host.watermark(1 + events + i);
      }
      // And those that are joined, as above.
      assertThat(host.pageReads() - pages).isBetween(20L, 2L * 20 + 32);
      assertThat(host.count("open_partial_matches")).isEqualTo(limit);
    }
  }

  @Property(tries = 6)
  void whatIsDroppedIsTheSameWhereverItLies(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    String policy = random.nextBoolean() ? "drop_oldest" : "drop_newest";
    Plans plans = limited(policy, LIMIT, 2_000);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      int kind = random.nextInt(150) == 0 ? 2 + random.nextInt(2) : random.nextInt(4) == 0 ? 9 : 1;
      events.add(
          Plans.event(plans.definition(), Plans.READINGS, "e" + i, "robot-1", "l", 1 + i, kind));
    }
    try (Host heap = Host.onHeap(plans);
        Host rocksDb = new Host(plans, new EmbeddedRocksDBStateBackend())) {
      for (int i = 0; i < events.size(); i++) {
        heap.send(events.get(i));
        rocksDb.send(events.get(i));
        if (random.nextInt(20) == 0) {
          heap.watermark(events.get(i).timestamp);
          rocksDb.watermark(events.get(i).timestamp);
        }
        if (random.nextInt(1_000) == 0) {
          rocksDb.restart(1);
        }
      }
      heap.watermark(10_000);
      rocksDb.watermark(10_000);

      assertThat(heap.count("dropped_partial_matches")).isPositive();
      assertThat(rocksDb.count("dropped_partial_matches"))
          .isEqualTo(heap.count("dropped_partial_matches"));
      assertThat(Expected.lines(rocksDb.matches)).isEqualTo(Expected.lines(heap.matches));
      assertThat(Expected.lines(rocksDb.timeouts)).isEqualTo(Expected.lines(heap.timeouts));
      assertThat(rocksDb.keys()).isZero();
    }
  }
}
