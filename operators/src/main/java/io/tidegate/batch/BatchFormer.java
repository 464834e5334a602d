package io.tidegate.batch;

import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecordSerializer;
import io.tidegate.record.WindowStatus;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Puts the windows of matches into requests to the scorer.
 *
 * <p>A batch goes out when it is full, when its first window has waited for the interval, with a
 * watermark, before a checkpoint's barrier and at the end of the input. So nothing is kept across a
 * checkpoint, and this operator has no state. Matches without a complete window go past the scorer
 * through {@link #UNSCORABLE}.
 */
public final class BatchFormer extends AbstractStreamOperator<byte[]>
    implements OneInputStreamOperator<MatchRecord, byte[]> {
  private static final long serialVersionUID = 1L;

  /** Matches whose window cannot be scored. */
  public static final OutputTag<MatchRecord> UNSCORABLE =
      new OutputTag<>("unscorable", MatchRecordSerializer.TYPE);

  private final int channels;
  private final int length;
  private final int batchSize;
  private final long intervalMs;
  private final boolean keyed;

  private transient RequestFrame frame;
  private transient ScheduledFuture<?> timer;
  private transient Counter batches;
  private transient Counter windows;

  /**
   * A batch former.
   *
   * @param channels channels of a window
   * @param length samples of a window
   * @param batchSize windows in a full batch, at least 1
   * @param intervalMs how long the first window of a batch waits at most, processing time, ms; 0 to
   *     send each window at once
   * @param keyed whether the scorer is told the windows' keys
   */
  public BatchFormer(int channels, int length, int batchSize, long intervalMs, boolean keyed) {
    if (channels < 1 || length < 1 || batchSize < 1 || intervalMs < 0) {
      throw new IllegalArgumentException(
          "batches of "
              + batchSize
              + " windows of "
              + channels
              + " x "
              + length
              + " every "
              + intervalMs
              + " ms; expected at least 1 of each and an interval of 0 or more");
    }
    this.channels = channels;
    this.length = length;
    this.batchSize = batchSize;
    this.intervalMs = intervalMs;
    this.keyed = keyed;
  }

  @Override
  public void open() throws Exception {
    super.open();
    frame = new RequestFrame(channels, length, keyed);
    batches = getMetricGroup().counter("batches");
    windows = getMetricGroup().counter("windows");
  }

  @Override
  public void processElement(StreamRecord<MatchRecord> element) {
    MatchRecord match = element.getValue();
    if (match.window().status() != WindowStatus.OK) {
      output.collect(UNSCORABLE, element);
      return;
    }
    frame.add(match);
    if (frame.count() >= batchSize || intervalMs == 0) {
      flush();
    } else if (timer == null) {
      long due = getProcessingTimeService().getCurrentProcessingTime() + intervalMs;
      timer = getProcessingTimeService().registerTimer(due, this::onTimer);
    }
  }

  private void onTimer(long time) {
    timer = null;
    flush();
  }

  private void flush() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    if (frame.count() > 0) {
      batches.inc();
      windows.inc(frame.count());
      output.collect(new StreamRecord<>(frame.take()));
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    flush();
    super.processWatermark(mark);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    flush();
    super.prepareSnapshotPreBarrier(checkpointId);
  }

  @Override
  public void finish() throws Exception {
    flush();
    super.finish();
  }
}
