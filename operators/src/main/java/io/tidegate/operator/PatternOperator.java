package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventBytes;
import io.tidegate.event.EventTypes;
import io.tidegate.event.LateEvent;
import io.tidegate.event.StreamDefinition;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleCompiler;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecordSerializer;
import io.tidegate.rules.QuietMarks;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleHistory;
import io.tidegate.rules.RuleReport;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/**
 * The keyed operator that hosts all rules of a plan: it orders the events of a key by the total
 * order once the watermark has passed them and runs every rule over them.
 *
 * <p>Emits matches, and to side outputs timed-out partial matches ({@link #TIMEOUTS}) and events
 * behind the operator's own watermark ({@link #lateEvents}). The latter are the exception that
 * idleness makes: whether an event is late by its own partition is judged before this operator.
 *
 * <p>Events wait outside the keyed state ({@link PendingKeys}); when the watermark passes, each key
 * that it concerns is read and written once, whatever the number of its events. Deadlines are
 * event-time timers, at most two for a key ({@link KeyTimers}).
 */
public final class PatternOperator extends AbstractStreamOperator<MatchRecord>
    implements TwoInputStreamOperator<RoutedEvent, RuleChange, MatchRecord>,
        Triggerable<RoutedKey, VoidNamespace> {
  private static final long serialVersionUID = 1L;

  /** Timed-out partial matches of the rules that ask for them. */
  public static final OutputTag<MatchRecord> TIMEOUTS =
      new OutputTag<>("timeouts", MatchRecordSerializer.TYPE);

  /** This subtask's word on each change that has reached its stamp. */
  public static final OutputTag<RuleReport> REPORTS = new OutputTag<>("reports", RuleReport.TYPE);

  /** Requests for the end of rules that exceed their limits. */
  public static final OutputTag<RuleChange> QUARANTINES =
      new OutputTag<>("quarantines", RuleChange.TYPE);

  private final String planText;
  private final RuleHistory history;
  private final boolean closeAtEnd;

  private transient LiveRules liveRules;
  private transient RuleIndex rules;
  private transient KeyProcessor processor;
  private transient LateCopies late;
  private transient Totals totals;
  private transient PatternMetrics counts;
  private transient RestoredKeys restoredKeys;
  private transient OperatorProgress progress;
  private transient PendingKeys pending;
  private transient StoredPending storedPending;
  private transient KeyStates states;
  private transient KeyTimers timers;
  private transient IdleLimit idleLimit;
  private transient QuietMarks marks;
  private transient long eventsTime;
  private transient long passed;
  private transient long passedAt;

  /** What handling took an event when the watermark last passed some, deadlines included. */
  private transient long nanosPerEvent;

  /**
   * An operator for the rules of a plan.
   *
   * @param planText the plan, in the form that {@link PlanDefinition#parse} reads
   * @param history changes that the rules log held when the job was submitted
   * @param closeAtEnd whether the end of a bounded input lets time pass to its end, so that
   *     everything pending is handled and every deadline fires
   */
  public PatternOperator(String planText, RuleHistory history, boolean closeAtEnd) {
    this.planText = Objects.requireNonNull(planText, "planText");
    this.history = Objects.requireNonNull(history, "history");
    this.closeAtEnd = closeAtEnd;
  }

  /** Side output of events behind the operator's watermark. */
  public static OutputTag<LateEvent> lateEvents(StreamDefinition[] streams) {
    return LateCopies.tag(streams);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    PlanDefinition plan = PlanDefinition.parse(planText);
    boolean changing = plan.rulesLog() != null;
    marks = new QuietMarks();
    eventsTime = Long.MIN_VALUE;
    liveRules =
        new LiveRules(
            new RuleCompiler(planText), history, context.getOperatorStateStore(), changing);
    rules = liveRules.rules().index;
    totals = new Totals();
    totals.restore(context.getOperatorStateStore());
    counts = new PatternMetrics(getMetricGroup(), totals, rules);
    late = new LateCopies(plan.streams(), output, counts);
    var task = getRuntimeContext().getTaskInfo();
    int maxParallelism = task.getMaxNumberOfParallelSubtasks();
    KeyGroupRange range =
        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
            maxParallelism, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask());
    progress = new OperatorProgress(context.getOperatorStateStore(), range, maxParallelism);
    KeyedStateBackend<RoutedKey> backend = getKeyedStateBackend();
    states = new KeyStates(backend, context.getKeyedStateStore(), plan.streams());
    processor =
        new KeyProcessor(
            plan.streams(),
            liveRules.window(plan.window()),
            plan.keyIdleMs(),
            rules,
            liveRules.rules().derivations,
            states.segments(),
            states.histories(),
            new PatternResults(output, counts, liveRules::rules));
    restoredKeys =
        new RestoredKeys(plan, rules, context.getOperatorStateStore(), states.areObjects());
    idleLimit = new IdleLimit(plan.keyIdleMs(), context);
    pending = new PendingKeys();
    storedPending =
        new StoredPending(
            backend,
            context.getKeyedStateStore(),
            range,
            maxParallelism,
            EventTypes.of(plan.streams()));
    if (context.isRestored()) {
      storedPending.restore(pending);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers = new KeyTimers(getInternalTimerService("keys", VoidNamespaceSerializer.INSTANCE, this));
    if (idleLimit.isShorter()) {
      idleLimit.apply(states, timers, progress);
    }
    counts.gauge("watermark_lag_ms", this::watermarkLag);
    counts.gauge("pending_keys", () -> (long) pending.size());
    counts.gauge("state_bytes", () -> states.sizes().of(counts.keys.getCount()));
    counts.gauge("state_reads", states::reads);
    counts.gauge("state_writes", states::writes);
    counts.gauge("page_reads", states::pageReads);
    counts.gauge("page_writes", states::pageWrites);
    counts.gauge("event_ns", () -> nanosPerEvent);
  }

  private long watermarkLag() {
    long watermark = progress.watermark();
    long now = getProcessingTimeService().getCurrentProcessingTime();
    return watermark == Long.MIN_VALUE ? -1 : now - watermark;
  }

  /** An event waits outside the keyed state; a key is set when its events are handled. */
  @Override
  @SuppressWarnings("rawtypes") // as declared
  public void setKeyContextElement1(StreamRecord record) {}

  @Override
  public void processElement1(StreamRecord<RoutedEvent> element) throws Exception {
    RoutedEvent routed = element.getValue();
    if (BeatMarks.isMark(routed)) {
      BeatMarks.note(routed, marks);
      processWatermark1(new Watermark(eventsTime));
      return;
    }
    byte[] bytes = routed.bytes();
    int from = routed.from();
    long timestamp = EventBytes.timestamp(bytes, from);
    long handled = progress.of(routed.key());
    if (timestamp <= handled) {
      late.add(routed, handled);
      return;
    }
    if (routed.first()) {
      counts.events.inc();
    }
    counts.pending.inc();
    pending.add(routed.key(), timestamp, bytes, from, bytes.length - from);
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() != Long.MAX_VALUE || closeAtEnd) {
      applyChanges(mark.getTimestamp());
      advanceTo(mark.getTimestamp());
    }
    // The end of the input says nothing about event time; who comes after may need to know it.
    output.emitWatermark(mark);
  }

  /** The first input's time is that of its events, or of the marks of routers without events. */
  @Override
  public void processWatermark1(Watermark mark) throws Exception {
    eventsTime = mark.getTimestamp();
    super.processWatermark1(new Watermark(Math.max(eventsTime, marks.passed())));
  }

  /**
   * Time is the minimum of both inputs also while one is idle. Were the first left out, time would
   * go on by the second, which is as far: the events that end the silence are on their way beside
   * their watermark then, and can come behind it. Only marks let time pass a silent input.
   */
  @Override
  protected void processWatermarkStatus(WatermarkStatus status, int input) {}

  /** Handles all events, and fires all deadlines, up to and including an event time. */
  private void advanceTo(long eventTime) throws Exception {
    storedPending.clear();
    passed = eventTime;
    passedAt = getProcessingTimeService().getCurrentProcessingTime();
    long begun = System.nanoTime();
    long before = counts.pending.getCount();
    // Deadlines first: a key that has one and events is handled once, and its timer is set once.
    timeServiceManager.advanceWatermark(new Watermark(eventTime));
    pending.handleDue(eventTime, this::handleEvents);
    long handled = before - counts.pending.getCount();
    if (handled > 0) {
      nanosPerEvent = (System.nanoTime() - begun) / handled;
    }
    progress.advance(eventTime);
  }

  /** A change that holds from a time on is applied when all before that time has been handled. */
  @Override
  public void processElement2(StreamRecord<RuleChange> element) throws Exception {
    liveRules.schedule(element.getValue());
    applyChanges(progress.watermark());
  }

  private void applyChanges(long watermark) throws Exception {
    while (liveRules.nextStamp() != Long.MAX_VALUE && liveRules.nextStamp() - 1 <= watermark) {
      if (liveRules.nextStamp() - 1 > progress.watermark()) {
        advanceTo(liveRules.nextStamp() - 1);
      }
      rules = liveRules.applyNext(this::report).index;
      counts.use(rules);
      processor.use(liveRules.rules());
    }
  }

  private void report(RuleChange change, String refusal) {
    var task = getRuntimeContext().getTaskInfo();
    RuleReport report =
        RuleReport.of(
            change,
            refusal,
            task.getIndexOfThisSubtask(),
            task.getNumberOfParallelSubtasks(),
            getProcessingTimeService().getCurrentProcessingTime());
    output.collect(REPORTS, new StreamRecord<>(report));
  }

  @Override
  public void onEventTime(InternalTimer<RoutedKey, VoidNamespace> timer) throws Exception {
    RoutedKey key = timer.getKey();
    KeyState state = states.read(key);
    if (state == null || state.timer != timer.getTimestamp()) {
      // A timer that the watermark passed together with the one before it, or of a freed key.
      return;
    }
    timers.fired(state, passed);
    for (Event event : state.takeWaiting()) {
      byte[] bytes = states.bytes(event);
      pending.add(key, event.timestamp, bytes, 0, bytes.length);
    }
    PendingEvents events = pending.of(key);
    handle(key, state, events);
    if (events != null) {
      pending.settle(events);
    }
  }

  private void handleEvents(PendingEvents events) throws Exception {
    handle(events.key, states.read(events.key), events);
  }

  /** Handles what the watermark has passed of a key; events may be null. */
  private void handle(RoutedKey key, KeyState stored, PendingEvents events) throws Exception {
    KeyState state = stored == null ? states.blank() : stored;
    if (state.fittedTo != rules) {
      state = restoredKeys.fit(state, rules, states.segments(), counts);
    }
    int handled = processor.advance(key, state, events, passed, passedAt);
    if (handled > 0) {
      events.remove(handled);
      counts.pending.dec(handled);
    }
    if (state.isEmpty()) {
      timers.clear(state);
      states.clear(stored);
      counts.keys.dec(stored == null ? 0 : 1);
    } else {
      processor.spread(state);
      timers.set(state, processor.nextTimer(state));
      states.write(stored, state);
      counts.keys.inc(stored == null ? 1 : 0);
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<RoutedKey, VoidNamespace> timer) {
    throw new IllegalStateException("no processing-time timer is ever set");
  }

  /** The state of this instance's keys. */
  KeyStates states() {
    return states;
  }

  /** What this instance has counted, by name. */
  Map<String, Long> counts() {
    return totals.counts();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    totals.snapshot();
    progress.snapshot();
    restoredKeys.snapshot(rules);
    idleLimit.snapshot();
    storedPending.store(pending);
    liveRules.snapshot(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
  }
}
