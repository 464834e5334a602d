package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventSerializer;
import io.tidegate.event.EventTypeInfo;
import io.tidegate.event.LateEvent;
import io.tidegate.event.StreamDefinition;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecordSerializer;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * The keyed operator that hosts all rules of a plan: it orders the events of a key by the total
 * order once the watermark has passed them and runs every rule over them.
 *
 * <p>Emits matches, and to side outputs timed-out partial matches ({@link #TIMEOUTS}) and events
 * behind the operator's own watermark ({@link #lateEvents}). The latter are the exception that
 * idleness makes: whether an event is late by its own partition is judged before this operator.
 *
 * <p>One state object and at most two event-time timers per key: the next, and one further ahead.
 * On the heap an event costs one state access: the backend hands out the live object, having copied
 * it first where a running snapshot still needs the old one, so it is changed in place and not put
 * back.
 */
public final class PatternOperator extends AbstractStreamOperator<MatchRecord>
    implements OneInputStreamOperator<RoutedEvent, MatchRecord>,
        Triggerable<RoutedKey, VoidNamespace>,
        KeyProcessor.Results {
  private static final long serialVersionUID = 1L;

  /** Timed-out partial matches of the rules that ask for them. */
  public static final OutputTag<MatchRecord> TIMEOUTS =
      new OutputTag<>("timeouts", MatchRecordSerializer.TYPE);

  private final String planText;
  private final boolean closeAtEnd;

  private transient OutputTag<LateEvent> lateEvents;
  private transient RuleIndex rules;
  private transient KeyProcessor processor;
  private transient Totals totals;
  private transient PatternMetrics counts;
  private transient RestoredKeys restoredKeys;
  private transient OperatorProgress progress;
  private transient ValueState<KeyState> keyState;
  private transient boolean changesInPlace;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient StreamRecord<MatchRecord> emitted;
  private transient long watermarkPassedAt;

  /**
   * An operator for the rules of a plan.
   *
   * @param planText the plan, in the form that {@link PlanDefinition#parse} reads
   * @param closeAtEnd whether the end of a bounded input lets time pass to its end, so that
   *     everything pending is handled and every deadline fires
   */
  public PatternOperator(String planText, boolean closeAtEnd) {
    this.planText = Objects.requireNonNull(planText, "planText");
    this.closeAtEnd = closeAtEnd;
  }

  /** Side output of events behind the operator's watermark. */
  public static OutputTag<LateEvent> lateEvents(StreamDefinition[] streams) {
    return new OutputTag<>("late-events", EventTypeInfo.lateEvents(streams));
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    PlanDefinition plan = PlanDefinition.parse(planText);
    rules = RuleIndex.of(plan);
    lateEvents = lateEvents(plan.streams());
    processor = new KeyProcessor(plan, rules, this);
    totals = new Totals();
    totals.restore(context.getOperatorStateStore());
    counts = new PatternMetrics(getMetricGroup(), totals, rules);
    restoredKeys = new RestoredKeys(plan, rules, context.getOperatorStateStore());
    var task = getRuntimeContext().getTaskInfo();
    progress =
        new OperatorProgress(
            context.getOperatorStateStore(),
            KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                task.getMaxNumberOfParallelSubtasks(),
                task.getNumberOfParallelSubtasks(),
                task.getIndexOfThisSubtask()),
            task.getMaxNumberOfParallelSubtasks());
    ValueStateDescriptor<KeyState> descriptor =
        new ValueStateDescriptor<>(
            "key", new KeyStateSerializer(new EventSerializer(plan.streams())));
    keyState = context.getKeyedStateStore().getState(descriptor);
    changesInPlace = getKeyedStateBackend() instanceof HeapKeyedStateBackend;
    counts.droppedPartialMatches.inc(
        restoredKeys.revise(getKeyedStateBackend(), descriptor, counts.open));
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers = getInternalTimerService("keys", VoidNamespaceSerializer.INSTANCE, this);
    emitted = new StreamRecord<>(null);
    counts.gauge("watermark_lag_ms", this::watermarkLag);
  }

  private long watermarkLag() {
    long watermark = progress.watermark();
    long now = getProcessingTimeService().getCurrentProcessingTime();
    return watermark == Long.MIN_VALUE ? -1 : now - watermark;
  }

  @Override
  public void processElement(StreamRecord<RoutedEvent> element) throws Exception {
    RoutedEvent routed = element.getValue();
    Event event = routed.event();
    long handled = progress.of(routed.key());
    if (event.timestamp <= handled) {
      late(routed, handled);
      return;
    }
    if (routed.first()) {
      counts.events.inc();
    }
    KeyState state = keyState.value();
    boolean isNew = state == null;
    if (isNew) {
      state = new KeyState();
    }
    processor.add(state, event);
    counts.pending.inc();
    if (event.timestamp < state.timer) {
      setEarlierTimer(state, event.timestamp);
    }
    if (isNew || !changesInPlace) {
      keyState.update(state);
    }
  }

  private void late(RoutedEvent routed, long handled) {
    if (!routed.first()) {
      counts.lateCopies.inc();
      return;
    }
    counts.lateIdle.inc();
    Event event = routed.event();
    output.collect(
        lateEvents,
        new StreamRecord<>(
            new LateEvent(event, handled, handled - event.timestamp + 1), event.timestamp));
  }

  /** Sets a timer before those that the key has. */
  private void setEarlierTimer(KeyState state, long time) {
    if (state.laterTimer == KeyState.NO_TIMER) {
      state.laterTimer = state.timer;
    } else {
      timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, state.timer);
    }
    timers.registerEventTimeTimer(VoidNamespace.INSTANCE, time);
    state.timer = time;
  }

  /**
   * Sets the timer of a key whose last one has fired; a timer that is set too early does no harm.
   */
  private void setNextTimer(KeyState state) {
    long next = state.nextTimer();
    if (next < state.laterTimer) {
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, next);
      state.timer = next;
    } else {
      state.timer = state.laterTimer;
      state.laterTimer = KeyState.NO_TIMER;
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() == Long.MAX_VALUE && !closeAtEnd) {
      // The end of the input says nothing about event time; who comes after may need to know it.
      output.emitWatermark(mark);
      return;
    }
    watermarkPassedAt = getProcessingTimeService().getCurrentProcessingTime();
    super.processWatermark(mark);
    progress.advance(mark.getTimestamp());
  }

  @Override
  public void onEventTime(InternalTimer<RoutedKey, VoidNamespace> timer) throws Exception {
    KeyState state = keyState.value();
    if (state == null || state.timer != timer.getTimestamp()) {
      // A timer that the watermark passed together with the one before it, or of a freed key.
      return;
    }
    long watermark = timers.currentWatermark();
    counts.pending.dec(processor.advance(timer.getKey(), state, watermark, watermarkPassedAt));
    if (state.laterTimer <= watermark) {
      state.laterTimer = KeyState.NO_TIMER;
    }
    if (state.isEmpty()) {
      if (state.laterTimer != KeyState.NO_TIMER) {
        timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, state.laterTimer);
      }
      keyState.clear();
      return;
    }
    setNextTimer(state);
    if (!changesInPlace) {
      keyState.update(state);
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<RoutedKey, VoidNamespace> timer) {
    throw new IllegalStateException("no processing-time timer is ever set");
  }

  @Override
  public void match(HostedRule rule, MatchRecord match) {
    counts.matched(rule, match);
    output.collect(emitted.replace(match, match.endTimestamp()));
  }

  @Override
  public void timeout(HostedRule rule, MatchRecord timeout) {
    counts.timedOut(rule);
    if (timeout != null) {
      output.collect(TIMEOUTS, new StreamRecord<>(timeout, timeout.timedOutAt()));
    }
  }

  @Override
  public void duplicate(Event event) {
    counts.duplicates.inc();
  }

  @Override
  public void opened(int more) {
    counts.open.inc(more);
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
    restoredKeys.snapshot();
  }
}
