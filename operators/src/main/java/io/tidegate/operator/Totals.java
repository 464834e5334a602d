package io.tidegate.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/**
 * Counters that survive a restore.
 *
 * <p>They are kept in operator state, so "in = processed + late + dead" holds over failures and
 * savepoints. After a change of parallelism the sum over all subtasks is right; what one subtask
 * shows includes what others counted before.
 */
final class Totals {
  private static final String STATE = "totals";

  private final Map<String, Counter> counters = new LinkedHashMap<>();
  private ListState<Tuple2<String, Long>> state;

  /** A counter under a name, registered as a metric of that name. */
  Counter counter(MetricGroup group, String name) {
    return counter(name, group, name);
  }

  /** A counter under a name of its own in the state, registered under another in a group. */
  Counter counter(String stateName, MetricGroup group, String metricName) {
    Counter counter = group.counter(metricName, counter(stateName));
    counters.put(stateName, counter);
    return counter;
  }

  /** A counter that is kept but not registered: the caller shows it as a gauge. */
  Counter counter(String stateName) {
    return counters.computeIfAbsent(stateName, name -> new SimpleCounter());
  }

  /** Takes over what was counted before; to be called once, at initialization. */
  void restore(OperatorStateStore store) throws Exception {
    state =
        store.getListState(
            new ListStateDescriptor<>(
                STATE, TypeInformation.of(new TypeHint<Tuple2<String, Long>>() {})));
    for (Tuple2<String, Long> total : state.get()) {
      counter(total.f0).inc(total.f1);
    }
  }

  /** The counts by name. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counters.forEach((name, counter) -> counts.put(name, counter.getCount()));
    return counts;
  }

  /** Puts the counts into the state. */
  void snapshot() throws Exception {
    state.clear();
    for (Map.Entry<String, Counter> total : counters.entrySet()) {
      if (total.getValue().getCount() != 0) {
        state.add(Tuple2.of(total.getKey(), total.getValue().getCount()));
      }
    }
  }
}
