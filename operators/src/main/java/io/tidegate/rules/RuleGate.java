package io.tidegate.rules;

import io.tidegate.plan.RuleCompiler;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Stands behind the rules log, in one instance: lets through what is right, in the order of the
 * log, and says on the status topic why the rest is wrong.
 */
public final class RuleGate extends AbstractStreamOperator<RuleChange>
    implements OneInputStreamOperator<LogRecord, RuleChange> {
  private static final long serialVersionUID = 1L;

  /** Side output of what became of the changes. */
  public static final OutputTag<RuleStatus> STATUS = new OutputTag<>("status", RuleStatus.TYPE);

  private final String planText;
  private final RuleHistory history;

  private transient RuleRegistry registry;
  private transient ListState<String> state;
  private transient Counter rejected;

  /**
   * A gate for the rules of a plan.
   *
   * @param planText the plan
   * @param history changes that the log held when the job was submitted; they are known to every
   *     operator from its start, so they are not let through again
   */
  public RuleGate(String planText, RuleHistory history) {
    this.planText = Objects.requireNonNull(planText, "planText");
    this.history = Objects.requireNonNull(history, "history");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    RuleCompiler compiler = new RuleCompiler(planText);
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("registry", StringSerializer.INSTANCE));
    registry = null;
    for (String kept : state.get()) {
      registry = new RuleRegistry(compiler, kept);
    }
    if (registry == null) {
      registry = new RuleRegistry(compiler, history);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    rejected = getMetricGroup().counter("rejected_changes");
  }

  @Override
  public void processElement(StreamRecord<LogRecord> element) {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    try {
      RuleChange change = registry.read(element.getValue());
      if (change != null) {
        status(RuleStatus.of(change, RuleStatus.State.ACCEPTED, null, now));
        output.collect(new StreamRecord<>(change));
      }
    } catch (RefusedChangeException e) {
      rejected.inc();
      status(RuleStatus.of(e.change(), RuleStatus.State.REJECTED, e.getMessage(), now));
    }
  }

  private void status(RuleStatus status) {
    output.collect(STATUS, new StreamRecord<>(status));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(List.of(registry.snapshot()));
  }
}
