package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventCodec;
import io.tidegate.event.EventTypes;
import io.tidegate.plan.KeyExpression;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleDefinition;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.util.Collector;

/**
 * Emits an event once for each distinct key expression that applies to its stream.
 *
 * <p>An event whose key under an expression is null is not routed for that expression and counted
 * as {@code null_keys}; one that is routed nowhere is counted as {@code unrouted}.
 */
public final class Router extends RichFlatMapFunction<Event, RoutedEvent>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private final String planText;
  private transient KeyExpression[] keys;
  private transient EventCodec codec;

  /** By key expression and stream: whether a rule or the window wants the event under that key. */
  private transient boolean[][] wanted;

  private transient Totals totals;
  private transient Counter events;
  private transient Counter nullKeys;
  private transient Counter unrouted;

  /**
   * A router for the rules and the window of a plan.
   *
   * @param planText the plan, in the form that {@link PlanDefinition#parse} reads
   */
  public Router(String planText) {
    this.planText = Objects.requireNonNull(planText, "planText");
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    totals = new Totals();
    totals.restore(context.getOperatorStateStore());
  }

  @Override
  public void open(OpenContext context) {
    PlanDefinition plan = PlanDefinition.parse(planText);
    keys = plan.keys().toArray(KeyExpression[]::new);
    codec = new EventCodec(EventTypes.of(plan.streams()));
    wanted = new boolean[keys.length][plan.streams().length];
    for (RuleDefinition rule : plan.rules()) {
      for (int stream : rule.streams()) {
        wanted[rule.key()][stream] = true;
      }
    }
    if (plan.window() != null) {
      wanted[plan.window().key()][plan.window().stream()] = true;
    }
    var group = getRuntimeContext().getMetricGroup();
    events = totals.counter(group, "events");
    nullKeys = totals.counter(group, "null_keys");
    unrouted = totals.counter(group, "unrouted");
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    totals.snapshot();
  }

  /** What this instance has counted, by name. */
  Map<String, Long> counts() {
    return totals.counts();
  }

  @Override
  public void flatMap(Event event, Collector<RoutedEvent> out) {
    events.inc();
    byte[] bytes = null;
    for (int i = 0; i < keys.length; i++) {
      if (!wanted[i][event.stream]) {
        continue;
      }
      String key = keys[i].keyOf(event);
      if (key == null) {
        nullKeys.inc();
        continue;
      }
      boolean first = bytes == null;
      if (first) {
        bytes = codec.bytes(event);
      }
      out.collect(new RoutedEvent(new RoutedKey(i, key), first, bytes));
    }
    if (bytes == null) {
      unrouted.inc();
    }
  }
}
