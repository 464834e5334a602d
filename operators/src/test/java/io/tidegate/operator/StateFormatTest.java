package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Snapshots of every state format so far are restored, and nothing that was open or pending is
 * lost. The samples are written by {@link #main}.
 */
class StateFormatTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "state");
  private static final long WATERMARK = 130;
  private static final long END = 1_000;

  @ParameterizedTest
  @CsvSource({"1, heap", "1, rocksdb", "2, heap", "2, rocksdb", "3, heap", "3, rocksdb"})
  void aSnapshotOfAnEarlierFormatGoesOn(int format, String backend) throws Exception {
    Plans plans = plans();
    List<Event> events = events(plans.definition());
    OperatorSubtaskState state =
        OperatorSnapshotUtil.readStateHandle(sample(format, backend).toString());
    try (Host host = new Host(plans, backend(backend), state)) {
      assertThat(host.count("open_partial_matches")).isPositive();
      assertThat(host.count("pending")).isPositive();
      for (Event event : events.subList(events.size() / 2, events.size())) {
        host.send(event);
      }
      host.watermark(END);

      Expected expected = Expected.of(plans.definition(), events, END);
      assertThat(expected.matches).containsAll(Expected.lines(host.matches));
      assertThat(Expected.lines(host.matches))
          .containsAll(expected.matches.stream().filter(StateFormatTest::endsLate).toList());
      assertThat(host.count("matches")).isEqualTo(expected.matches.size());
      assertThat(host.count("open_partial_matches")).isZero();
      assertThat(host.late).isEmpty();
    }
  }

  // Robot 9 opens its matches before the snapshot and closes them after it.
  private static boolean endsLate(String match) {
    return match.contains("robot-9");
  }

  private static Plans plans() {
    return Plans.all().window(2).deduplication(50);
  }

  private static StateBackend backend(String name) {
    return name.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
  }

  private static Path sample(int format, String backend) {
    return FOLDER.resolve("format-" + format + "-" + backend + ".snapshot");
  }

  /** 60 events of three robots and two lines up to the snapshot, half of them after it. */
  private static List<Event> events(PlanDefinition plan) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String robot = "robot-" + i % 3;
      int stream = i % 7 == 0 ? Plans.STOPS : Plans.READINGS;
      events.add(
          Plans.event(plan, stream, "e" + i, robot, "line-" + i % 2, 100 + 2 * i, 1 + i % 4));
    }
    events.add(29, Plans.event(plan, Plans.READINGS, "open", "robot-9", "line-1", 128, 1));
    events.add(40, Plans.event(plan, Plans.READINGS, "close", "robot-9", "line-1", 160, 2));
    return events;
  }

  /**
   * Writes the samples of the present format.
   *
   * @param args the format's number
   */
  public static void main(String[] args) throws Exception {
    Files.createDirectories(FOLDER);
    for (String backend : List.of("heap", "rocksdb")) {
      Plans plans = plans();
      List<Event> events = events(plans.definition());
      try (Host host = new Host(plans, backend(backend))) {
        for (Event event : events.subList(0, events.size() / 2)) {
          host.send(event);
        }
        host.watermark(WATERMARK);
        OperatorSnapshotUtil.writeStateHandle(
            host.stop(), sample(Integer.parseInt(args[0]), backend).toString());
      }
    }
  }
}
