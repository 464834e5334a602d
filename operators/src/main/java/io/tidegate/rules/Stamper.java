package io.tidegate.rules;

import io.tidegate.plan.RuleCompiler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/**
 * Stamps changes, in one instance: its input are the routers' acknowledgements and their
 * watermarks, its output stamped changes and, behind them, watermarks. Since the pattern operator's
 * time is the minimum of both its inputs, none of its subtasks passes a stamp before the change has
 * arrived.
 *
 * <p>With a heartbeat, time passes by the routers' marks of beats as well; stamps stay beyond both.
 */
public final class Stamper extends AbstractStreamOperator<RuleChange>
    implements OneInputStreamOperator<RuleAck, RuleChange> {
  private static final long serialVersionUID = 1L;

  /** For how long a restored job holds time back for changes that the log should bring again. */
  static final long PATIENCE_MS = 60_000;

  /** Side output of what became of the changes. */
  public static final OutputTag<RuleStatus> STATUS = new OutputTag<>("status", RuleStatus.TYPE);

  private final String planText;
  private final RuleHistory history;
  private final LoggedStamps loggedStamps;

  private transient Stamps stamps;
  private transient Recorder recorder;
  private transient ListState<String> state;
  private transient QuietMarks marks;
  private transient long eventTime;
  private transient boolean quiet;
  private transient long last;

  /**
   * A stamper.
   *
   * @param planText the plan
   * @param history changes that the log held when the job was submitted
   * @param loggedStamps where stamps are logged; asked at the start
   */
  public Stamper(String planText, RuleHistory history, LoggedStamps loggedStamps) {
    this.planText = Objects.requireNonNull(planText, "planText");
    this.history = Objects.requireNonNull(history, "history");
    this.loggedStamps = Objects.requireNonNull(loggedStamps, "loggedStamps");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("stamps", StringSerializer.INSTANCE));
    Stamps.Snapshot kept = null;
    for (String text : state.get()) {
      kept = TextSerializer.read(text, Stamps.Snapshot.class);
    }
    Map<String, Long> logged = new HashMap<>(loggedStamps.read());
    if (kept == null) {
      List<RuleChange> changes = history.changes(new RuleCompiler(planText));
      kept = new Stamps.Snapshot(Long.MIN_VALUE, changes.size(), changes, List.of());
      // Those of the history wait already, or belong to a rule that no longer fits.
      logged.keySet().removeAll(history.stamps().keySet());
    }
    stamps = new Stamps(kept, logged);
    marks = new QuietMarks();
    eventTime = Long.MIN_VALUE;
    last = Long.MIN_VALUE;
  }

  @Override
  public void open() throws Exception {
    super.open();
    recorder = new Recorder();
    getMetricGroup().gauge("quiet", () -> quiet ? 1 : 0);
    getMetricGroup().gauge("beat_lag_ms", this::beatLag);
    if (stamps.expects()) {
      long until = getProcessingTimeService().getCurrentProcessingTime() + PATIENCE_MS;
      getProcessingTimeService().registerTimer(until, time -> giveUp());
    }
  }

  private long beatLag() {
    long beat = marks.greatest();
    return beat == QuietMarks.NONE
        ? -1
        : getProcessingTimeService().getCurrentProcessingTime() - beat;
  }

  private void giveUp() {
    if (stamps.expects()) {
      LOG.warn("Changes that were stamped before did not come again from the rules log");
      stamps.forgetExpected();
    }
  }

  @Override
  public void processElement(StreamRecord<RuleAck> element) {
    RuleAck ack = element.getValue();
    if (ack.isMark()) {
      marks.note(ack.routedUpTo(), ack.router(), ack.routers());
      pass();
    } else {
      stamps.acknowledge(ack, recorder);
    }
  }

  @Override
  public void processWatermark(Watermark mark) {
    if (mark.getTimestamp() == Long.MAX_VALUE) {
      // The end of the input is no event time.
      output.emitWatermark(mark);
      return;
    }
    eventTime = mark.getTimestamp();
    pass();
  }

  private void pass() {
    long allowed = stamps.advance(Math.max(eventTime, marks.passed()));
    if (allowed > last) {
      last = allowed;
      output.emitWatermark(new Watermark(allowed));
    }
  }

  /**
   * Is not passed on: were this input idle behind the pattern operator, a change and the time after
   * it could overtake one another on their two ways there.
   */
  @Override
  public void processWatermarkStatus(WatermarkStatus status) {
    quiet = status.isIdle();
  }

  private final class Recorder implements Stamps.Output {
    @Override
    public void stamped(RuleChange change) {
      status(change, RuleStatus.State.STAMPED, null);
      output.collect(new StreamRecord<>(change));
    }

    @Override
    public void refused(RuleChange change, String reason) {
      status(change, RuleStatus.State.REJECTED, reason);
    }

    private void status(RuleChange change, RuleStatus.State as, String reason) {
      long now = getProcessingTimeService().getCurrentProcessingTime();
      output.collect(STATUS, new StreamRecord<>(RuleStatus.of(change, as, reason, now)));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(List.of(TextSerializer.text(stamps.snapshot())));
  }
}
