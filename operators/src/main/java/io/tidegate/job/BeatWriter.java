package io.tidegate.job;

import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Emits the wall clock at an interval, in one instance, to be written to the topic of beats, and
 * passes on what that topic brings back. That time passes by what was read, and not by the clock,
 * lets a replay of the topic agree.
 */
final class BeatWriter extends AbstractStreamOperator<Long>
    implements OneInputStreamOperator<Long, Long> {
  private static final long serialVersionUID = 1L;

  /** Side output of the beats to write, epoch ms. */
  static final OutputTag<Long> BEATS = new OutputTag<>("beats", Types.LONG);

  private final long intervalMs;

  BeatWriter(long intervalMs) {
    this.intervalMs = intervalMs;
  }

  @Override
  public void open() throws Exception {
    super.open();
    getProcessingTimeService()
        .scheduleAtFixedRate(
            now -> output.collect(BEATS, new StreamRecord<>(now)), intervalMs, intervalMs);
  }

  @Override
  public void processElement(StreamRecord<Long> beat) {
    output.collect(beat);
  }
}
