package io.tidegate.operator;

import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleCompiler;
import io.tidegate.rules.LogRecord;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleGate;
import io.tidegate.rules.RuleHistory;
import io.tidegate.rules.RuleStatus;
import io.tidegate.rules.TextSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;

/**
 * A router's routes and how far it has read the rules log.
 *
 * <p>Routers read the log each at its own pace, so at a checkpoint one may be further than another.
 * Each keeps its routes with the offset that they belong to; the gate, which is larger, the first
 * keeps for all. In another parallelism all go on from the routes of the one that was least far.
 */
final class RouterState {
  /**
   * What a subtask keeps.
   *
   * @param subtask its index
   * @param subtasks how many there are; 0 in what an earlier version has kept
   * @param next offset in the rules log of the first record that its routes do not know
   */
  record Kept(
      int subtask,
      int subtasks,
      long next,
      List<String> keys,
      List<boolean[]> wanted,
      long[] greatest) {
    Routes.Snapshot routes() {
      return new Routes.Snapshot(keys, wanted, greatest);
    }
  }

  private final TaskInfo task;
  private final ListState<String> storedRoutes;
  private final ListState<String> storedGate;
  private Routes routes;
  private RuleGate gate;
  private long next;

  /** The state of a job without history or state begins with the rules of the plan. */
  RouterState(String planText, RuleHistory history, TaskInfo task, OperatorStateStore store)
      throws Exception {
    this.task = task;
    storedRoutes =
        store.getUnionListState(new ListStateDescriptor<>("routes", StringSerializer.INSTANCE));
    storedGate =
        store.getUnionListState(new ListStateDescriptor<>("rule-gate", StringSerializer.INSTANCE));
    RuleCompiler compiler = new RuleCompiler(planText);
    List<Kept> kept = new ArrayList<>();
    for (String text : storedRoutes.get()) {
      kept.add(TextSerializer.read(text, Kept.class));
    }
    if (kept.isEmpty()) {
      routes = Routes.of(compiler, PlanDefinition.parse(planText));
      history.changes(compiler).forEach(routes::take);
    } else {
      restore(new Routes(compiler), kept);
    }
    for (String text : storedGate.get()) {
      gate = new RuleGate(compiler, text);
    }
    if (gate == null) {
      gate = new RuleGate(compiler, history);
    }
  }

  private void restore(Routes empty, List<Kept> kept) {
    routes = empty;
    for (Kept one : kept) {
      if (one.subtask() == task.getIndexOfThisSubtask()
          && one.subtasks() == task.getNumberOfParallelSubtasks()) {
        routes.restore(one.routes());
        next = one.next();
        return;
      }
    }
    next = kept.stream().mapToLong(Kept::next).min().orElseThrow();
    for (Kept one : kept) {
      if (one.next() == next) {
        routes.restore(one.routes());
      } else {
        routes.restoreSeen(one.routes());
      }
    }
  }

  Routes routes() {
    return routes;
  }

  /** The offset of the first record to read. */
  long begin() {
    return Math.min(next, gate.next());
  }

  /**
   * Reads a record of the rules log and routes as it asks for from now on.
   *
   * @param now wall clock, epoch ms
   * @param said hears what becomes of the record
   * @param taken hears of the change, and of the greatest event time of an event that was not
   *     routed as it needs it
   */
  void read(
      LogRecord record, long now, Consumer<RuleStatus> said, BiConsumer<RuleChange, Long> taken) {
    RuleChange change = gate.read(record, now, said);
    if (record.offset() < next) {
      return; // The routes know it, the gate did not.
    }
    next = record.offset() + 1;
    if (change != null) {
      taken.accept(change, routes.take(change));
    }
  }

  void snapshot() throws Exception {
    int subtask = task.getIndexOfThisSubtask();
    Routes.Snapshot kept = routes.snapshot();
    storedRoutes.update(
        List.of(
            TextSerializer.text(
                new Kept(
                    subtask,
                    task.getNumberOfParallelSubtasks(),
                    next,
                    kept.keys(),
                    kept.wanted(),
                    kept.greatest()))));
    storedGate.update(subtask == 0 ? List.of(gate.snapshot()) : List.of());
  }
}
