package io.tidegate.rules;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Waits, in one instance, until a change holds on every subtask of the pattern operator, and says
 * so then.
 */
public final class Activations extends AbstractStreamOperator<RuleStatus>
    implements OneInputStreamOperator<RuleReport, RuleStatus> {
  private static final long serialVersionUID = 1L;

  /** Changes that not all have reported; the oldest is forgotten first. */
  private static final int MOST = 10_000;

  /** The reports of one change, as they are kept. */
  record Open(String request, long[] subtasks) {}

  private transient Map<String, BitSet> open;
  private transient ListState<String> state;

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    open = new LinkedHashMap<>();
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("activations", StringSerializer.INSTANCE));
    for (String kept : state.get()) {
      Open one = TextSerializer.read(kept, Open.class);
      open.put(one.request(), BitSet.valueOf(one.subtasks()));
    }
  }

  @Override
  public void processElement(StreamRecord<RuleReport> element) {
    RuleReport report = element.getValue();
    String request = report.status().request();
    BitSet subtasks = open.computeIfAbsent(request, name -> new BitSet());
    subtasks.set(report.subtask());
    if (subtasks.cardinality() >= report.subtasks()) {
      open.remove(request);
      output.collect(new StreamRecord<>(report.status()));
    } else if (open.size() > MOST) {
      open.remove(open.keySet().iterator().next());
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    List<String> kept = new ArrayList<>();
    open.forEach(
        (request, subtasks) ->
            kept.add(TextSerializer.text(new Open(request, subtasks.toLongArray()))));
    state.update(kept);
  }
}
