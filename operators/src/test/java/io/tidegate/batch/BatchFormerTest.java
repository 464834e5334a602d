package io.tidegate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecords;
import io.tidegate.record.WindowCut;
import io.tidegate.record.WindowStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchFormerTest {
  private static final int CHANNELS = 2;
  private static final int LENGTH = 3;

  private OneInputStreamOperatorTestHarness<MatchRecord, byte[]> harness;
  private int sent;

  @BeforeEach
  void open() throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(new BatchFormer(CHANNELS, LENGTH, 4, 5, false));
    harness.open();
    harness.setProcessingTime(1_000);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void aFullBatchGoesOutAtOnce() throws Exception {
    send(9);

    assertThat(counts()).containsExactly(4, 4);
  }

  @Test
  void theFirstWindowOfABatchWaitsNoLongerThanTheInterval() throws Exception {
    send(1);
    harness.setProcessingTime(1_003);
    send(1);
    harness.setProcessingTime(1_004);
    assertThat(counts()).isEmpty();

    harness.setProcessingTime(1_005);

    assertThat(counts()).containsExactly(2);
  }

  @Test
  void aFullBatchCancelsTheTimerOfItsFirstWindow() throws Exception {
    send(4);
    harness.setProcessingTime(1_004);
    send(1);
    harness.setProcessingTime(1_005);
    assertThat(counts()).containsExactly(4);

    harness.setProcessingTime(1_009);

    assertThat(counts()).containsExactly(4, 1);
  }

  @Test
  void theBatchGoesOutBeforeTheWatermarkThatFollowsIt() throws Exception {
    send(2);

    harness.processWatermark(7);

    assertThat(harness.getOutput()).hasSize(2);
    assertThat(((StreamRecord<?>) harness.getOutput().peek()).getValue())
        .isInstanceOf(byte[].class);
    assertThat(harness.getOutput()).last().isEqualTo(new Watermark(7));
  }

  @Test
  void nothingIsKeptAcrossACheckpoint() throws Exception {
    send(3);

    harness.prepareSnapshotPreBarrier(1);

    assertThat(counts()).containsExactly(3);
    assertThat(harness.snapshot(1, 0).getManagedOperatorState()).isEmpty();
  }

  @Test
  void theEndOfTheInputSendsWhatIsThere() throws Exception {
    send(1);

    harness.endInput();
    harness.getOperator().finish();

    assertThat(counts()).containsExactly(1);
  }

  @Test
  void anEmptyBatchIsNeverSent() throws Exception {
    harness.processWatermark(1);
    harness.prepareSnapshotPreBarrier(1);
    harness.setProcessingTime(2_000);
    harness.getOperator().finish();

    assertThat(counts()).isEmpty();
  }

  @Test
  void matchesWithoutACompleteWindowGoPastTheScorer() throws Exception {
    MatchRecord nan =
        MatchRecords.match("n", new WindowCut(WindowStatus.NAN, null, 0, 0, null, null));
    harness.processElement(new StreamRecord<>(nan, 3));
    send(4);

    assertThat(counts()).containsExactly(4);
    assertThat(harness.getSideOutput(BatchFormer.UNSCORABLE))
        .extracting(StreamRecord::getValue)
        .containsExactly(nan);
  }

  private void send(int windows) throws Exception {
    for (int i = 0; i < windows; i++) {
      MatchRecord match = FrameTest.windowed("m" + sent, CHANNELS, LENGTH, sent++);
      harness.processElement(new StreamRecord<>(match, sent));
    }
  }

  private List<Integer> counts() {
    List<Integer> counts = new ArrayList<>();
    for (byte[] frame : harness.extractOutputValues()) {
      counts.add(ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getInt(4));
    }
    return counts;
  }
}
