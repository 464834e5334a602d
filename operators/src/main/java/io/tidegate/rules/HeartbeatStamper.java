package io.tidegate.rules;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * A stamper that lets time pass by beats while every router is idle or has ended, and by the
 * routers' watermarks otherwise. Stamps stay beyond both.
 *
 * <p>Beats come here and not among the events, where each of their partitions would hold the time
 * of live events back. The pattern operator's first input is idle whenever this one's is, so its
 * time is what is passed here. A beat says that no older event is on its way: the watermark is one
 * millisecond below it. Only the greatest counts, so beats that are read while a backlog is caught
 * up with do nothing, and a replay finds them in any order. The greatest is kept: a log of beats
 * that was read to its end is not read again after a restore.
 */
public final class HeartbeatStamper extends Stamper
    implements TwoInputStreamOperator<RuleAck, Long, RuleChange> {
  private static final long serialVersionUID = 1L;
  private static final long NONE = Long.MIN_VALUE;

  private transient long beat;
  private transient boolean quiet;
  private transient boolean eventsEnded;
  private transient boolean beatsEnded;
  private transient ListState<Long> state;

  /** A stamper with beats; arguments as those of {@link Stamper}. */
  public HeartbeatStamper(String planText, RuleHistory history, LoggedStamps loggedStamps) {
    super(planText, history, loggedStamps);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("beat", LongSerializer.INSTANCE));
    beat = NONE;
    for (long kept : state.get()) {
      beat = kept;
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    getMetricGroup().gauge("quiet", () -> quiet ? 1 : 0);
    getMetricGroup().gauge("beat_lag_ms", this::beatLag);
  }

  private long beatLag() {
    return beat == NONE ? -1 : getProcessingTimeService().getCurrentProcessingTime() - beat;
  }

  @Override
  public void processElement1(StreamRecord<RuleAck> ack) {
    processElement(ack);
  }

  @Override
  public void processElement2(StreamRecord<Long> element) {
    beat = Math.max(beat, element.getValue());
    passBeat();
  }

  private void passBeat() {
    if (quiet && beat != NONE) {
      pass(beat - 1);
    }
  }

  @Override
  public void processWatermark1(Watermark mark) {
    if (mark.getTimestamp() == Long.MAX_VALUE) {
      eventsEnded = true;
      quiet = true;
      passBeat();
      endTogether(mark);
    } else {
      processWatermark(mark);
    }
  }

  /** Beats have no watermarks, but for that of their end. */
  @Override
  public void processWatermark2(Watermark mark) {
    if (mark.getTimestamp() == Long.MAX_VALUE) {
      beatsEnded = true;
      endTogether(mark);
    }
  }

  private void endTogether(Watermark end) {
    if (eventsEnded && beatsEnded) {
      processWatermark(end);
    }
  }

  /** As in {@link Stamper}, idleness is not passed on. */
  @Override
  protected void processWatermarkStatus(WatermarkStatus status, int input) {
    if (input == 0) {
      quiet = eventsEnded || status.isIdle();
      passBeat();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(beat == NONE ? List.of() : List.of(beat));
  }
}
