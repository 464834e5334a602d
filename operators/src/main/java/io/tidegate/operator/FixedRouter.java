package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleCompiler;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.util.Collector;

/**
 * A {@link Router} for a plan without a rules log. With one input it can be chained to what stands
 * before it, which saves an exchange of every event.
 */
public final class FixedRouter extends RichFlatMapFunction<Event, RoutedEvent>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private final String planText;
  private transient Totals totals;
  private transient Routing routing;

  /**
   * A router for the rules and the window of a plan.
   *
   * @param planText the plan, in the form that {@link PlanDefinition#parse} reads
   */
  public FixedRouter(String planText) {
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
    Routes routes = Routes.of(new RuleCompiler(planText), plan);
    if (plan.window() != null) {
      routes.want(plan.window().key(), plan.window().stream());
    }
    routing =
        new Routing(
            plan.streams(),
            routes,
            new EventFilter(plan),
            totals,
            getRuntimeContext().getMetricGroup());
  }

  @Override
  public void flatMap(Event event, Collector<RoutedEvent> out) {
    routing.route(event, out::collect);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    totals.snapshot();
  }

  /** What this instance has counted, by name. */
  Map<String, Long> counts() {
    return totals.counts();
  }
}
