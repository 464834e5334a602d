package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.StreamDefinition;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleCompiler;
import io.tidegate.rules.RuleAck;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleHistory;
import io.tidegate.rules.TextSerializer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/**
 * Emits an event once for each distinct key expression that applies to its stream, and routes for a
 * new rule as soon as it hears of it, which it acknowledges.
 *
 * <p>Time is that of the events: the rules log has none.
 */
public final class Router extends AbstractStreamOperator<RoutedEvent>
    implements TwoInputStreamOperator<Event, RuleChange, RoutedEvent> {
  private static final long serialVersionUID = 1L;

  /** Side output of acknowledgements. */
  public static final OutputTag<RuleAck> ACKS = new OutputTag<>("acks", RuleAck.TYPE);

  private final String planText;
  private final RuleHistory history;

  private transient StreamDefinition[] streams;
  private transient Routes routes;
  private transient ListState<String> storedRoutes;
  private transient Totals totals;
  private transient Routing routing;
  private transient Consumer<RoutedEvent> out;

  /**
   * A router for the rules and the window of a plan.
   *
   * @param planText the plan, in the form that {@link PlanDefinition#parse} reads
   * @param history changes that the rules log held when the job was submitted
   */
  public Router(String planText, RuleHistory history) {
    this.planText = Objects.requireNonNull(planText, "planText");
    this.history = Objects.requireNonNull(history, "history");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    totals = new Totals();
    totals.restore(context.getOperatorStateStore());
    storedRoutes =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("routes", StringSerializer.INSTANCE));
    PlanDefinition plan = PlanDefinition.parse(planText);
    streams = plan.streams();
    RuleCompiler compiler = new RuleCompiler(planText);
    routes = null;
    for (String kept : storedRoutes.get()) {
      routes = routes == null ? new Routes(compiler) : routes;
      routes.restore(TextSerializer.read(kept, Routes.Snapshot.class));
    }
    if (routes == null) {
      routes = Routes.of(compiler, plan);
      history.changes(compiler).forEach(routes::take);
    }
    if (plan.window() != null) {
      routes.want(routes.windowKey(plan.window()), plan.window().stream());
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    routing = new Routing(streams, routes, null, totals, getMetricGroup());
    StreamRecord<RoutedEvent> emitted = new StreamRecord<>(null);
    out = routed -> output.collect(emitted.replace(routed));
  }

  @Override
  public void processElement1(StreamRecord<Event> element) {
    routing.route(element.getValue(), out);
  }

  @Override
  public void processElement2(StreamRecord<RuleChange> element) {
    long upTo = routes.take(element.getValue());
    var task = getRuntimeContext().getTaskInfo();
    RuleAck ack =
        new RuleAck(
            element.getValue(),
            task.getIndexOfThisSubtask(),
            task.getNumberOfParallelSubtasks(),
            upTo);
    output.collect(ACKS, new StreamRecord<>(ack));
  }

  @Override
  public void processWatermark1(Watermark mark) throws Exception {
    processWatermark(mark);
  }

  @Override
  public void processWatermark2(Watermark mark) {}

  @Override
  protected void processWatermarkStatus(WatermarkStatus status, int input) {
    if (input == 0) {
      output.emitWatermarkStatus(status);
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    totals.snapshot();
    storedRoutes.update(List.of(TextSerializer.text(routes.snapshot())));
  }

  /** What this instance has counted, by name. */
  Map<String, Long> counts() {
    return totals.counts();
  }
}
