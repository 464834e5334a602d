package io.tidegate.rules;

import io.tidegate.plan.RuleCompiler;
import java.util.function.Consumer;

/**
 * Reads the rules log in its order: lets through what is right, and says why the rest is wrong.
 *
 * <p>Every router has one. What it says of a record depends on the records before and on nothing
 * else, so all of them let the same changes through, with the same numbers of keys.
 */
public final class RuleGate {
  /** What is kept: the registry, and the offset of the record that comes next. */
  record Snapshot(String registry, long next) {}

  private final RuleRegistry registry;
  private long next;

  /**
   * A gate for the rules of a plan.
   *
   * @param history changes that the log held when the job was submitted; they are known to every
   *     operator from its start, so they are not let through again
   */
  public RuleGate(RuleCompiler compiler, RuleHistory history) {
    registry = new RuleRegistry(compiler, history);
  }

  /** A gate as it was kept. */
  public RuleGate(RuleCompiler compiler, String snapshot) {
    Snapshot kept = TextSerializer.read(snapshot, Snapshot.class);
    registry = new RuleRegistry(compiler, kept.registry());
    next = kept.next();
  }

  /** The offset of the record that comes next. */
  public long next() {
    return next;
  }

  /** The state of the gate, as a text. */
  public String snapshot() {
    return TextSerializer.text(new Snapshot(registry.snapshot(), next));
  }

  /**
   * The change that a record asks for; null where it is refused, or repeats another's request. A
   * record that was read before gives the same again.
   *
   * @param now wall clock, epoch ms
   * @param said hears what becomes of the record
   */
  public RuleChange read(LogRecord record, long now, Consumer<RuleStatus> said) {
    next = Math.max(next, record.offset() + 1);
    try {
      RuleChange change = registry.read(record);
      if (change != null) {
        said.accept(RuleStatus.of(change, RuleStatus.State.ACCEPTED, null, now));
      }
      return change;
    } catch (RefusedChangeException e) {
      said.accept(RuleStatus.of(e.change(), RuleStatus.State.REJECTED, e.getMessage(), now));
      return null;
    }
  }
}
