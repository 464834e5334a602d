package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.WindowStatus;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that fall silent: what is freed of them and when, and what they begin with again. */
class IdleKeysTest {
  private static final long IDLE = 100;
  private static final String PREVIOUS =
      Plans.derivedField("before", "double", "previous", "x", "\"events\":1");

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void aSilentKeyIsFreedWhenTheLimitIsReached(String backend) throws Exception {
    Plans plans = Plans.with(Plans.above("before")).derived(PREVIOUS).window(0).idle(IDLE);
    try (Host host = new Host(plans, backend(backend))) {
      send(host, "robot-1", 10, 3);
      send(host, "robot-2", 60, 3);
      host.watermark(109);
      assertThat(host.keys()).isEqualTo(2);
      host.watermark(110);
      assertThat(host.keys()).isEqualTo(1);
      assertThat(host.count("idle_keys")).isEqualTo(1);

      // An event on the way puts it off; the timer that was set finds nothing to do.
      send(host, "robot-2", 150, 3);
      host.watermark(249);
      assertThat(host.keys()).isEqualTo(1);
      assertThat(host.timers()).isEqualTo(1);
      host.watermark(250);
      assertThat(host.keys()).isZero();
      assertThat(host.timers()).isZero();
      assertThat(host.count("idle_keys")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 50, 109})
  void aKeyThatComesBackBeginsAnewWheneverTheWatermarkPasses(long between) throws Exception {
    Plans plans =
        Plans.with(Plans.rise(), Plans.above("before")).derived(PREVIOUS).window(0).idle(IDLE);
    try (Host host = Host.onHeap(plans)) {
      for (int i = 0; i < Plans.WINDOW_LENGTH; i++) {
        send(host, "robot-1", 1 + i, 3);
      }
      send(host, "robot-1", 10, 3);
      host.watermark(between);
      send(host, "robot-1", 110, 1);
      send(host, "robot-1", 111, 2);
      host.watermark(130);

      // "above" has nothing to compare with; "rise" finds no full window.
      assertThat(host.matches).extracting(m -> m.rule().id()).containsExactly("rise");
      assertThat(host.matches.get(0).window().status()).isEqualTo(WindowStatus.SHORT_HISTORY);
    }
  }

  @Test
  void aKeyThatComesBackJustInTimeKeepsItsHistory() throws Exception {
    Plans plans = Plans.with(Plans.above("before")).derived(PREVIOUS).idle(IDLE);
    try (Host host = Host.onHeap(plans)) {
      send(host, "robot-1", 10, 3);
      host.watermark(108);
      send(host, "robot-1", 109, 1);
      send(host, "robot-1", 110, 2);
      host.watermark(130);
      assertThat(host.matches).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void whatIsOpenStaysOpen(String backend) throws Exception {
    String stages =
        Plans.stage("low", "readings", "begin", 1)
            + ","
            + Plans.stage("high", "readings", "relaxed", 2);
    Plans plans =
        Plans.with(Plans.rule("slow", 0, true, 1_000, "no_skip", stages)).window(0).idle(IDLE);
    try (Host host = new Host(plans, backend(backend))) {
      for (int i = 0; i < Plans.WINDOW_LENGTH; i++) {
        send(host, "robot-1", 1 + i, 3);
      }
      send(host, "robot-1", 10, 1);
      host.watermark(500);
      assertThat(host.count("idle_keys")).isEqualTo(1);
      assertThat(host.count("open_partial_matches")).isEqualTo(1);
      send(host, "robot-1", 600, 2);
      send(host, "robot-1", 650, 1);
      host.watermark(2_000);

      assertThat(host.matches).hasSize(1);
      assertThat(host.matches.get(0).window().status()).isEqualTo(WindowStatus.SHORT_HISTORY);
      assertThat(host.timeouts).hasSize(1);
      assertThat(host.keys()).isZero();
    }
  }

  @Test
  void whatTimeAloneCompletesHasTheSameWindowInAnyStepsOfTheWatermark() throws Exception {
    for (long within : List.of(IDLE - 1, IDLE, IDLE + 1)) {
      String stages =
          Plans.stage("one", "readings", "begin", 1)
              + ","
              + Plans.stage("none", "readings", "not_followed_by", 4);
      Plans plans =
          Plans.with(Plans.rule("quiet", 0, false, within, "no_skip", stages)).window(0).idle(IDLE);
      List<List<String>> results = new ArrayList<>();
      for (long step : List.of(1L, 7L, 1_000L)) {
        try (Host host = Host.onHeap(plans)) {
          for (int i = 0; i < Plans.WINDOW_LENGTH; i++) {
            send(host, "robot-1", 7 + i, i + 1 < Plans.WINDOW_LENGTH ? 3 : 1);
          }
          for (long time = 10; time < 1_000 + step; time += step) {
            host.watermark(time);
          }
          results.add(Expected.lines(host.matches));
          MatchRecord match = host.matches.get(0);
          assertThat(match.window().status())
              .isEqualTo(within < IDLE ? WindowStatus.OK : WindowStatus.SHORT_HISTORY);
        }
      }
      assertThat(results).hasSize(3).containsOnly(results.get(0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void aLimitThatARestoredJobIsGivenHoldsForKeysThatAreSilentAlready(String backend)
      throws Exception {
    Plans plans = Plans.with(Plans.rise()).window(0);
    try (Host host = new Host(plans, backend(backend))) {
      send(host, "robot-1", 10, 3);
      send(host, "robot-2", 60, 3);
      host.watermark(500);
      assertThat(host.timers()).isZero();
      host.restart(3, Plans.with(Plans.rise()).window(0).idle(1_000));
      assertThat(host.timers()).isEqualTo(2);
      host.watermark(510);
      assertThat(host.keys()).isEqualTo(2);
      // Shorter again, and in the past for one of them.
      host.restart(2, Plans.with(Plans.rise()).window(0).idle(460));
      host.watermark(511);
      assertThat(host.keys()).isEqualTo(1);
      host.restart(1, plans);
      host.watermark(5_000);
      assertThat(host.keys()).isEqualTo(1);
    }
  }

  private static StateBackend backend(String name) {
    return name.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
  }

  private static void send(Host host, String robot, long ts, int kind) throws Exception {
    Event event =
        Plans.event(host.plan(), Plans.READINGS, robot + "@" + ts, robot, "line-1", ts, kind);
    host.send(new RoutedKey(0, robot), event);
  }
}
