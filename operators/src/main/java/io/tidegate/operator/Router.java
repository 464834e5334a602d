package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleCompiler;
import io.tidegate.rules.LogRecord;
import io.tidegate.rules.QuietMarks;
import io.tidegate.rules.RuleAck;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleHistory;
import io.tidegate.rules.RuleStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/**
 * Emits an event once for each distinct key expression that applies to its stream, and routes for a
 * new rule as soon as it hears of it, which it acknowledges.
 *
 * <p>It reads the rules log by itself ({@link TopicLog}), before its first event up to where the
 * log ends then: after a restore no event passes that a change of before has to be routed for. So
 * it has one input, and is chained to the source; a second one would cost an exchange of every
 * event.
 *
 * <p>Beats it reads as well, and marks them while it has no events, see {@link QuietMarks}.
 */
public final class Router extends AbstractStreamOperator<RoutedEvent>
    implements OneInputStreamOperator<Event, RoutedEvent> {
  private static final long serialVersionUID = 1L;

  /** Side output of acknowledgements and marks. */
  public static final OutputTag<RuleAck> ACKS = new OutputTag<>("acks", RuleAck.TYPE);

  /** Side output of what became of the records of the rules log; from the first subtask. */
  public static final OutputTag<RuleStatus> STATUS = new OutputTag<>("status", RuleStatus.TYPE);

  /** Side output of the beats to write, wall clock, epoch ms; from the first subtask. */
  public static final OutputTag<Long> BEATS = new OutputTag<>("beats", Types.LONG);

  private final String planText;
  private final RuleHistory history;
  private final TopicLog<LogRecord> log;
  private final TopicLog<Long> beatLog;

  private transient PlanDefinition plan;
  private transient RouterState state;
  private transient Routes routes;
  private transient Totals totals;
  private transient Routing routing;
  private transient Consumer<RoutedEvent> out;
  private transient Counter rejected;
  private transient Counter badBeats;
  private transient BeatMarks marks;
  private transient TopicFollower<LogRecord> changes;
  private transient TopicFollower<Long> beats;
  private transient boolean quiet;
  private transient long beat;
  private transient long marked;

  /**
   * A router for the rules and the window of a plan.
   *
   * @param planText the plan, in the form that {@link PlanDefinition#parse} reads
   * @param history changes that the rules log held when the job was submitted
   * @param log the rules log; null where rules stay as they are
   * @param beatLog beats as event times, null for a record that is none; null for no heartbeat
   */
  public Router(
      String planText, RuleHistory history, TopicLog<LogRecord> log, TopicLog<Long> beatLog) {
    this.planText = Objects.requireNonNull(planText, "planText");
    this.history = Objects.requireNonNull(history, "history");
    this.log = log;
    this.beatLog = beatLog;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    totals = new Totals();
    totals.restore(context.getOperatorStateStore());
    plan = PlanDefinition.parse(planText);
    if (log == null) {
      routes = Routes.of(new RuleCompiler(planText), plan);
    } else {
      state =
          new RouterState(
              planText,
              history,
              getRuntimeContext().getTaskInfo(),
              context.getOperatorStateStore());
      routes = state.routes();
    }
    if (plan.window() != null) {
      routes.want(routes.windowKey(plan.window()), plan.window().stream());
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    // A rule that comes may be concerned by what could be left out today.
    EventFilter filter = log == null ? new EventFilter(plan) : null;
    routing = new Routing(plan.streams(), routes, filter, totals, getMetricGroup());
    StreamRecord<RoutedEvent> emitted = new StreamRecord<>(null);
    out = routed -> output.collect(emitted.replace(routed));
    marks = new BeatMarks(getRuntimeContext().getTaskInfo());
    beat = QuietMarks.NONE;
    marked = QuietMarks.NONE;
    MailboxExecutor mailbox =
        getContainingTask()
            .getMailboxExecutorFactory()
            .createExecutor(getOperatorConfig().getChainIndex());
    if (log != null) {
      rejected = getMetricGroup().counter("rejected_changes");
      changes = follow("rules-log", log, state.begin(), mailbox, this::take);
    }
    if (beatLog != null) {
      badBeats = getMetricGroup().counter("bad_beats");
      beats = follow("beats", beatLog, 0, mailbox, this::hear);
      if (plan.writesBeats() && isFirst()) {
        long interval = plan.heartbeat().intervalMs();
        getProcessingTimeService()
            .scheduleAtFixedRate(
                now -> output.collect(BEATS, new StreamRecord<>(now)), interval, interval);
      }
    }
  }

  /** Reads to the present end, and goes on from there unless the streams end too. */
  private <T> TopicFollower<T> follow(
      String name,
      TopicLog<T> topic,
      long from,
      MailboxExecutor mailbox,
      TopicFollower.Taker<T> taker)
      throws Exception {
    TopicLog.Reader<T> reader = topic.open(from);
    try {
      taker.take(reader.toPresentEnd());
    } catch (Exception e) {
      reader.close();
      throw e;
    }
    if (plan.bounded()) {
      reader.close();
      return null;
    }
    var task = getRuntimeContext().getTaskInfo();
    return new TopicFollower<>(
        name + " of " + task.getTaskNameWithSubtasks(),
        reader,
        mailbox,
        getUserCodeClassloader(),
        taker);
  }

  private boolean isFirst() {
    return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
  }

  @Override
  public void processElement(StreamRecord<Event> element) {
    routing.route(element.getValue(), out);
  }

  private void take(List<LogRecord> records) {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    for (LogRecord record : records) {
      state.read(record, now, this::say, this::acknowledge);
    }
  }

  /** All routers would say the same. */
  private void say(RuleStatus status) {
    if (isFirst()) {
      rejected.inc(status.state() == RuleStatus.State.REJECTED ? 1 : 0);
      output.collect(STATUS, new StreamRecord<>(status));
    }
  }

  private void acknowledge(RuleChange change, long routedUpTo) {
    var task = getRuntimeContext().getTaskInfo();
    RuleAck ack =
        new RuleAck(
            change, task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks(), routedUpTo);
    output.collect(ACKS, new StreamRecord<>(ack));
  }

  private void hear(List<Long> heard) {
    for (Long each : heard) {
      if (each == null) {
        badBeats.inc();
      } else {
        beat = Math.max(beat, each);
      }
    }
    mark();
  }

  // Only the greatest counts: beats that are read while a backlog is caught up with do nothing.
  private void mark() {
    if (!quiet || beat <= marked) {
      return;
    }
    marked = beat;
    var task = getRuntimeContext().getTaskInfo();
    marks.of(beat).forEach(out);
    RuleAck ack =
        RuleAck.mark(beat, task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks());
    output.collect(ACKS, new StreamRecord<>(ack));
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    super.processWatermarkStatus(status);
    quiet = status.isIdle();
    mark();
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() == Long.MAX_VALUE) {
      quiet = true;
      mark();
    }
    super.processWatermark(mark);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    totals.snapshot();
    if (state != null) {
      state.snapshot();
    }
  }

  @Override
  public void close() throws Exception {
    if (changes != null) {
      changes.close();
    }
    if (beats != null) {
      beats.close();
    }
    super.close();
  }

  /** What this instance has counted, by name. */
  Map<String, Long> counts() {
    return totals.counts();
  }
}
