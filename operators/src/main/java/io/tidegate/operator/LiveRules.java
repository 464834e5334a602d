package io.tidegate.operator;

import io.tidegate.plan.PlanException;
import io.tidegate.plan.RuleCompiler;
import io.tidegate.rules.KeyNumbers;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleHistory;
import io.tidegate.rules.TextSerializer;
import io.tidegate.window.WindowDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;

/**
 * The rules of a pattern subtask over time: what is live now, and the stamped changes to come.
 *
 * <p>The first subtask writes the rules; each writes how many changes it has applied. A restore
 * begins with the rules of the subtask that has applied least and applies the others again at their
 * stamps: a subtask that was further has handled its keys beyond them, so nothing happens twice.
 */
final class LiveRules {
  /** Hears of each change when it is applied; the refusal is null where it holds. */
  interface Listener {
    void applied(RuleChange change, String refusal);
  }

  private static final Comparator<RuleChange> ORDER =
      Comparator.comparingLong(RuleChange::stamp).thenComparingLong(RuleChange::sequence);

  /** What a subtask keeps; rules and changes only the first. */
  record Kept(RuleSet.Snapshot rules, List<RuleChange> changes, long stamp, long sequence) {}

  private final RuleCompiler compiler;
  private final ListState<String> state;
  private final TreeSet<RuleChange> waiting = new TreeSet<>(ORDER);
  private RuleSet rules;

  // Rules of two snapshots ago and the changes since: every subtask has applied the former.
  private RuleSet.Snapshot base;
  private final List<RuleChange> sinceBase = new ArrayList<>();
  private int appliedBySnapshot;
  private long lastStamp = RuleChange.NONE;
  private long lastSequence = -1;

  /**
   * The rules at the start.
   *
   * @param keep whether the rules of a restored state go on; else those of the plan take their
   *     place, as they do where no rules log could change them
   */
  LiveRules(RuleCompiler compiler, RuleHistory history, OperatorStateStore store, boolean keep)
      throws Exception {
    this.compiler = compiler;
    state =
        store.getUnionListState(new ListStateDescriptor<>("live-rules", StringSerializer.INSTANCE));
    if (!keep || !restore()) {
      rules = RuleSet.of(compiler);
      waiting.addAll(history.changes(compiler));
    }
    base = rules.snapshot();
  }

  private boolean restore() throws Exception {
    Kept first = null;
    Kept least = null;
    for (String text : state.get()) {
      Kept kept = TextSerializer.read(text, Kept.class);
      first = kept.rules() == null ? first : kept;
      if (least == null || compare(kept, least) < 0) {
        least = kept;
      }
    }
    if (first == null) {
      return false;
    }
    rules = RuleSet.of(compiler, first.rules());
    RuleSetEdit edit = new RuleSetEdit(rules);
    for (RuleChange change : first.changes()) {
      if (compare(change, least) <= 0) {
        apply(edit, change, (applied, refusal) -> {});
      } else {
        waiting.add(change);
      }
    }
    rules = edit.done();
    lastStamp = least.stamp();
    lastSequence = least.sequence();
    return true;
  }

  private static int compare(Kept kept, Kept other) {
    return kept.stamp() != other.stamp()
        ? Long.compare(kept.stamp(), other.stamp())
        : Long.compare(kept.sequence(), other.sequence());
  }

  private static int compare(RuleChange change, Kept other) {
    return change.stamp() != other.stamp()
        ? Long.compare(change.stamp(), other.stamp())
        : Long.compare(change.sequence(), other.sequence());
  }

  /** What is live now. */
  RuleSet rules() {
    return rules;
  }

  /** The plan's window under the number that its key has here; null where there is none. */
  WindowDefinition window(WindowDefinition planned) {
    return planned == null
        ? null
        : planned.withKey(KeyNumbers.find(rules.keys, compiler.planKeys().get(planned.key())));
  }

  /** Takes a stamped change that is to come. */
  void schedule(RuleChange change) {
    if (change.stamp() < lastStamp) {
      throw new IllegalStateException(
          "change " + change.request() + " holds from " + change.stamp() + ", which has passed");
    }
    waiting.removeIf(change::supersedes);
    waiting.add(change);
  }

  /** The event time from which the next change holds; MAX_VALUE when there is none. */
  long nextStamp() {
    long drained = rules.drainsUntil() == RuleSet.LIVE ? Long.MAX_VALUE : rules.drainsUntil() + 1;
    return waiting.isEmpty() ? drained : Math.min(waiting.first().stamp(), drained);
  }

  /** Applies all changes of {@link #nextStamp}; all before that time was handled. */
  RuleSet applyNext(Listener listener) {
    long time = nextStamp();
    RuleSetEdit edit = new RuleSetEdit(rules);
    edit.endDrained(time - 1);
    while (!waiting.isEmpty() && waiting.first().stamp() == time) {
      RuleChange change = waiting.pollFirst();
      apply(edit, change, listener);
      sinceBase.add(change);
      lastStamp = change.stamp();
      lastSequence = change.sequence();
    }
    rules = edit.done();
    return rules;
  }

  private static void apply(RuleSetEdit edit, RuleChange change, Listener listener) {
    String refusal = null;
    try {
      edit.endDrained(change.stamp() - 1);
      edit.apply(change);
    } catch (PlanException e) {
      refusal = e.getMessage();
    }
    listener.applied(change, refusal);
  }

  /** Writes the state. */
  void snapshot(int subtask) throws Exception {
    if (subtask != 0) {
      state.update(List.of(text(new Kept(null, List.of(), lastStamp, lastSequence))));
      return;
    }
    if (appliedBySnapshot > 0) {
      RuleSetEdit folded = new RuleSetEdit(RuleSet.of(compiler, base));
      for (RuleChange change : sinceBase.subList(0, appliedBySnapshot)) {
        apply(folded, change, (applied, refusal) -> {});
      }
      base = folded.done().snapshot();
      sinceBase.subList(0, appliedBySnapshot).clear();
    }
    appliedBySnapshot = sinceBase.size();
    List<RuleChange> changes = new ArrayList<>(sinceBase);
    changes.addAll(waiting);
    state.update(List.of(text(new Kept(base, changes, lastStamp, lastSequence))));
  }

  private static String text(Kept kept) {
    return TextSerializer.text(kept);
  }
}
