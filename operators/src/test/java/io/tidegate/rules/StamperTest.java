package io.tidegate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.rules.RuleChange.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Time and stamps, also where beats let time pass. */
class StamperTest {
  private static final class Harness
      extends OneInputStreamOperatorTestHarness<RuleAck, RuleChange> {
    private final int routers;

    Harness(int routers) throws Exception {
      super(new Stamper(plan(), RuleHistory.NONE, LoggedStamps.NONE));
      this.routers = routers;
      setup(RuleChange.TYPE.createSerializer(new SerializerConfigImpl()));
      open();
    }

    private static String plan() throws IOException {
      return Files.readString(
          Path.of(System.getProperty("tidegate.root", ".."), "tests/golden/fraud.plan.json"));
    }

    void time(long to) throws Exception {
      processWatermark(new Watermark(to));
    }

    void mark(int router, long beat) throws Exception {
      processElement(new StreamRecord<>(RuleAck.mark(beat, router, routers)));
    }

    void change(String request, long asked) throws Exception {
      RuleChange change = AskedChanges.change(Operation.REMOVE, request, "r", asked);
      for (int router = 0; router < routers; router++) {
        processElement(new StreamRecord<>(new RuleAck(change, router, routers, RuleChange.NONE)));
      }
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
  void timePassesByBeatsAsFarAsEveryRouterHasMarked() throws Exception {
    try (Harness harness = new Harness(2)) {
      harness.time(100);
      harness.mark(0, 500);
      harness.mark(0, 600);
      assertThat(harness.output()).containsExactly("time 100");

      harness.mark(1, 500);
      // One below the beat: an event at its very time may still come.
      assertThat(harness.output()).containsExactly("time 100", "time 499");
    }
  }

  @Test
  void timeNeverGoesBackAndIdlenessIsNotPassedOn() throws Exception {
    try (Harness harness = new Harness(1)) {
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      harness.mark(0, 500);
      harness.mark(0, 400);
      harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
      // Events that resume behind the beat are late behind it; time waits for them to catch up.
      harness.time(200);
      harness.time(501);

      assertThat(harness.output()).containsExactly("time 499", "time 501");
    }
  }

  @Test
  void aStampLiesBeyondTheBeatsThatWerePassed() throws Exception {
    try (Harness harness = new Harness(2)) {
      harness.time(100);
      harness.mark(0, 500);
      harness.mark(1, 500);
      harness.change("a", RuleChange.NONE);
      harness.change("b", 450);

      assertThat(harness.output()).containsExactly("time 100", "time 499", "a from 500");
      assertThat(harness.getSideOutput(Stamper.STATUS))
          .extracting(record -> record.getValue().state())
          .containsExactly(RuleStatus.State.STAMPED, RuleStatus.State.REJECTED);
    }
  }

  @Test
  void theEndOfTheEventsIsNoTime() throws Exception {
    try (Harness harness = new Harness(1)) {
      harness.time(100);
      harness.mark(0, 500);
      harness.time(Long.MAX_VALUE);

      assertThat(harness.output())
          .containsExactly("time 100", "time 499", "time " + Long.MAX_VALUE);
    }
  }
}
