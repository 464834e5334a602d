package io.tidegate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.rules.RuleChange.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class HeartbeatStamperTest {
  private static final class Harness
      extends TwoInputStreamOperatorTestHarness<RuleAck, Long, RuleChange> {
    Harness(OperatorSubtaskState state) throws Exception {
      super(new HeartbeatStamper(plan(), RuleHistory.NONE, LoggedStamps.NONE));
      setup();
      if (state != null) {
        initializeState(state);
      }
      open();
    }

    private static String plan() throws IOException {
      return Files.readString(
          Path.of(System.getProperty("tidegate.root", ".."), "tests/golden/fraud.plan.json"));
    }

    void time(long to) throws Exception {
      processWatermark1(new Watermark(to));
    }

    void beat(long at) throws Exception {
      processElement2(new StreamRecord<>(at));
    }

    void quiet() throws Exception {
      processWatermarkStatus1(WatermarkStatus.IDLE);
    }

    void eventsAgain() throws Exception {
      processWatermarkStatus1(WatermarkStatus.ACTIVE);
    }

    void change(String request, long asked) throws Exception {
      RuleChange change =
          new RuleChange(
              request,
              Operation.REMOVE,
              "r",
              0,
              null,
              null,
              0,
              null,
              null,
              null,
              0,
              asked,
              0,
              RuleChange.NONE,
              -1);
      processElement1(new StreamRecord<>(new RuleAck(change, 0, 1, RuleChange.NONE)));
    }

    /** Watermarks by their times, changes by their stamps. */
    List<String> output() {
      return getOutput().stream()
          .map(
              each ->
                  each instanceof Watermark mark
                      ? "time " + mark.getTimestamp()
                      : ((StreamRecord<?>) each).getValue() instanceof RuleChange change
                          ? change.request() + " from " + change.stamp()
                          : each.toString())
          .toList();
    }
  }

  @Test
  void aBeatLetsTimePassOnlyWhileNoRouterHasEvents() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.time(100);
      harness.beat(500);
      assertThat(harness.output()).containsExactly("time 100");

      harness.quiet();
      // One below the beat: an event at its very time may still come.
      assertThat(harness.output()).containsExactly("time 100", "time 499");
      harness.beat(600);
      harness.eventsAgain();
      harness.beat(700);
      assertThat(harness.output()).containsExactly("time 100", "time 499", "time 599");

      harness.time(650);
      harness.quiet();
      assertThat(harness.output())
          .containsExactly("time 100", "time 499", "time 599", "time 650", "time 699");
    }
  }

  @Test
  void timeNeverGoesBackAndIdlenessIsNotPassedOn() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.beat(500);
      harness.beat(400);
      harness.quiet();
      harness.eventsAgain();
      // Events that resume behind the beat are late behind it; time waits for them to catch up.
      harness.time(200);
      harness.time(501);

      assertThat(harness.output()).containsExactly("time 499", "time 501");
    }
  }

  @Test
  void nothingPassesBeforeTheFirstBeat() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.quiet();
      assertThat(harness.output()).isEmpty();
    }
  }

  @Test
  void aStampLiesBeyondTheBeatsThatWerePassed() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.time(100);
      harness.quiet();
      harness.beat(500);
      harness.change("a", RuleChange.NONE);
      harness.change("b", 450);

      assertThat(harness.output()).containsExactly("time 100", "time 499", "a from 500");
      assertThat(harness.getSideOutput(Stamper.STATUS))
          .extracting(record -> record.getValue().state())
          .containsExactly(RuleStatus.State.STAMPED, RuleStatus.State.REJECTED);
    }
  }

  @Test
  void theEndOfABoundedReplayLetsTimePassToTheLastBeatAndNoFurther() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.time(100);
      harness.beat(500);
      harness.time(Long.MAX_VALUE);
      assertThat(harness.output()).containsExactly("time 100", "time 499");

      // Which of the two topics ends first makes no difference.
      harness.beat(700);
      harness.processWatermark2(Watermark.MAX_WATERMARK);
      assertThat(harness.output())
          .containsExactly("time 100", "time 499", "time 699", "time " + Long.MAX_VALUE);
    }
    try (Harness harness = new Harness(null)) {
      harness.beat(700);
      harness.processWatermark2(Watermark.MAX_WATERMARK);
      harness.time(100);
      harness.time(Long.MAX_VALUE);
      assertThat(harness.output())
          .containsExactly("time 100", "time 699", "time " + Long.MAX_VALUE);
    }
  }

  @Test
  void theGreatestBeatSurvivesARestore() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = new Harness(null)) {
      harness.time(100);
      harness.beat(500);
      state = harness.snapshot(1, 1);
    }
    try (Harness restored = new Harness(state)) {
      // Sources are taken for busy until they say otherwise.
      assertThat(restored.output()).isEmpty();
      restored.quiet();
      assertThat(restored.output()).containsExactly("time 499");
    }
  }
}
