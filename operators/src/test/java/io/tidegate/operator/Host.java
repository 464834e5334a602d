package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventCodec;
import io.tidegate.event.EventTypes;
import io.tidegate.event.LateEvent;
import io.tidegate.plan.KeyExpression;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleHistory;
import io.tidegate.rules.RuleReport;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/**
 * Pattern operators in harnesses, as many as the parallelism, and what they have put out; it lives
 * on through snapshots, restores and changes of parallelism.
 */
final class Host implements AutoCloseable {
  static final int MAX_PARALLELISM = 16;

  private String planText;
  private PlanDefinition plan;
  private final StateBackend backend;
  private final boolean closeAtEnd;
  private List<
          KeyedTwoInputStreamOperatorTestHarness<RoutedKey, RoutedEvent, RuleChange, MatchRecord>>
      tasks;

  final List<MatchRecord> matches = new ArrayList<>();
  final List<MatchRecord> timeouts = new ArrayList<>();
  final List<LateEvent> late = new ArrayList<>();
  final List<RuleReport> reports = new ArrayList<>();
  final List<RuleChange> quarantines = new ArrayList<>();

  Host(Plans plans, StateBackend backend) throws Exception {
    this(plans, backend, false);
  }

  Host(Plans plans, StateBackend backend, boolean closeAtEnd) throws Exception {
    this.backend = backend;
    this.closeAtEnd = closeAtEnd;
    use(plans);
    tasks = start(1, null, 0);
  }

  /** A host that goes on from a snapshot of one task. */
  Host(Plans plans, StateBackend backend, OperatorSubtaskState state) throws Exception {
    this.backend = backend;
    this.closeAtEnd = false;
    use(plans);
    tasks = start(1, state, 1);
  }

  static Host onHeap(Plans plans) throws Exception {
    return new Host(plans, new HashMapStateBackend());
  }

  private void use(Plans plans) {
    planText = plans.text();
    plan = plans.definition();
  }

  private List<
          KeyedTwoInputStreamOperatorTestHarness<RoutedKey, RoutedEvent, RuleChange, MatchRecord>>
      start(int parallelism, OperatorSubtaskState state, int oldParallelism) throws Exception {
    List<KeyedTwoInputStreamOperatorTestHarness<RoutedKey, RoutedEvent, RuleChange, MatchRecord>>
        started = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      var harness =
          new KeyedTwoInputStreamOperatorTestHarness<>(
              new PatternOperator(planText, RuleHistory.NONE, closeAtEnd),
              RoutedEvent::key,
              null,
              RoutedTypes.KEYS,
              MAX_PARALLELISM,
              parallelism,
              i);
      harness.setStateBackend(backend);
      harness.setup();
      if (state != null) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, MAX_PARALLELISM, oldParallelism, parallelism, i));
      }
      harness.open();
      started.add(harness);
    }
    return started;
  }

  PlanDefinition plan() {
    return plan;
  }

  /** Routes an event and sends its copies to their tasks. */
  void send(Event event) throws Exception {
    boolean first = true;
    for (int i = 0; i < plan.keys().size(); i++) {
      KeyExpression expression = plan.keys().get(i);
      send(new RoutedKey(i, expression.keyOf(event)), first, event);
      first = false;
    }
  }

  /** Sends an event under one key alone. */
  void send(RoutedKey key, Event event) throws Exception {
    send(key, true, event);
  }

  private void send(RoutedKey key, boolean first, Event event) throws Exception {
    byte[] bytes = new EventCodec(EventTypes.of(plan.streams())).bytes(event);
    int task =
        KeyGroupRangeAssignment.assignKeyToParallelOperator(key, MAX_PARALLELISM, tasks.size());
    tasks
        .get(task)
        .processElement1(new StreamRecord<>(new RoutedEvent(key, first, bytes), event.timestamp));
  }

  void watermark(long time) throws Exception {
    for (var task : tasks) {
      task.processWatermark1(new Watermark(time));
      task.processWatermark2(new Watermark(time));
    }
    collect();
  }

  /** Lets one task alone see the events' watermark; that of the changes is there for all. */
  void watermark(int task, long time) throws Exception {
    for (var each : tasks) {
      each.processWatermark2(new Watermark(time));
    }
    tasks.get(task).processWatermark1(new Watermark(time));
    collect();
  }

  /** Lets all tasks see the changes' watermark alone. */
  void watermarkOfChanges(long time) throws Exception {
    for (var task : tasks) {
      task.processWatermark2(new Watermark(time));
    }
    collect();
  }

  /** Tells all tasks that no events come for a while, or that they come again. */
  void idle(boolean idle) throws Exception {
    for (var task : tasks) {
      task.processWatermarkStatus1(idle ? WatermarkStatus.IDLE : WatermarkStatus.ACTIVE);
    }
    collect();
  }

  /** Brings marks of a beat to all tasks, of one router out of several. */
  void mark(long beat, int router, int routers) throws Exception {
    for (RoutedEvent mark :
        new BeatMarks(new TaskInfoImpl("router", MAX_PARALLELISM, router, routers, 0)).of(beat)) {
      for (var task : tasks) {
        task.processElement1(new StreamRecord<>(mark));
      }
    }
    collect();
  }

  /** Brings a stamped change to all tasks. */
  void change(RuleChange change) throws Exception {
    for (var task : tasks) {
      task.processElement2(new StreamRecord<>(change));
    }
    collect();
  }

  void processingTime(long time) throws Exception {
    for (var task : tasks) {
      task.setProcessingTime(time);
    }
  }

  /** Stops with a snapshot and goes on from it in another parallelism, with another plan. */
  void restart(int parallelism, Plans plans) throws Exception {
    OperatorSubtaskState state = stop();
    int before = tasks.size();
    use(plans);
    tasks = start(parallelism, state, before);
  }

  void restart(int parallelism) throws Exception {
    OperatorSubtaskState state = stop();
    tasks = start(parallelism, state, tasks.size());
  }

  /** Stops and returns what was kept. */
  OperatorSubtaskState stop() throws Exception {
    OperatorSubtaskState[] states = new OperatorSubtaskState[tasks.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = tasks.get(i).snapshot(1, 1);
    }
    close();
    return AbstractStreamOperatorTestHarness.repackageState(states);
  }

  private void collect() {
    for (var task : tasks) {
      matches.addAll(task.extractOutputValues());
      task.getOutput().clear();
      drain(task.getSideOutput(PatternOperator.TIMEOUTS), timeouts);
      drain(task.getSideOutput(PatternOperator.REPORTS), reports);
      drain(task.getSideOutput(PatternOperator.QUARANTINES), quarantines);
      drain(task.getSideOutput(PatternOperator.lateEvents(plan.streams())), late);
    }
  }

  private static <T> void drain(java.util.Queue<StreamRecord<T>> from, List<T> to) {
    while (from != null && !from.isEmpty()) {
      to.add(from.poll().getValue());
    }
  }

  /** Keys with state, over all tasks. */
  int keys() {
    return keys("key");
  }

  /** Keys of which something is kept under a name, over all tasks. */
  int keys(String state) {
    return tasks.stream().mapToInt(task -> keys(task, state)).sum();
  }

  private static int keys(
      KeyedTwoInputStreamOperatorTestHarness<RoutedKey, RoutedEvent, RuleChange, MatchRecord> task,
      String state) {
    var operator = (PatternOperator) task.getOperator();
    try (var keys = operator.getKeyedStateBackend().getKeys(state, VoidNamespace.INSTANCE)) {
      return (int) keys.count();
    }
  }

  /** Timers set, over all tasks. */
  int timers() {
    return tasks.stream().mapToInt(task -> task.numEventTimeTimers()).sum();
  }

  /** What the tasks count under a name, over all of them. */
  long count(String name) {
    return tasks.stream()
        .mapToLong(task -> ((PatternOperator) task.getOperator()).counts().get(name))
        .sum();
  }

  /** Reads and writes of keys' states and of pages, over all tasks. */
  long accesses() {
    return tasks.stream()
        .map(task -> ((PatternOperator) task.getOperator()).states())
        .mapToLong(
            states ->
                states.reads()
                    + states.writes()
                    + states.segments().reads()
                    + states.segments().writes())
        .sum();
  }

  /** Reads of pages, over all tasks. */
  long pageReads() {
    return tasks.stream()
        .mapToLong(task -> ((PatternOperator) task.getOperator()).states().segments().reads())
        .sum();
  }

  @Override
  public void close() throws Exception {
    collect();
    for (var task : tasks) {
      task.close();
    }
  }
}
