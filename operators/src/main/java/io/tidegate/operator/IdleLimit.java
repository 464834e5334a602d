package io.tidegate.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;

/**
 * The idle limit of the keys, and that of the snapshot a job goes on from. Where it has become
 * shorter, keys that are silent already have no timer for it: they get one, in one walk through all
 * keys.
 */
final class IdleLimit {
  private static final long NONE = 0;

  private final long limitMs;
  private final ListState<Long> stored;
  private boolean shorter;

  /**
   * A limit.
   *
   * @param limitMs how long a silent key keeps its window and what derived fields look back at, ms;
   *     0 for ever
   */
  IdleLimit(long limitMs, StateInitializationContext context) throws Exception {
    this.limitMs = limitMs;
    stored =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("idle-limit", LongSerializer.INSTANCE));
    if (context.isRestored() && limitMs != NONE) {
      long before = NONE;
      for (long limit : stored.get()) {
        before = limit;
      }
      shorter = before == NONE || limitMs < before;
    }
  }

  /** Whether keys that are silent already may be freed earlier than their timers say. */
  boolean isShorter() {
    return shorter;
  }

  /**
   * Sets the timers of all keys. One whose last event is not known counts as silent since the
   * snapshot.
   */
  void apply(KeyStates states, KeyTimers timers, OperatorProgress progress) throws Exception {
    states.forEach(
        key -> {
          try {
            KeyState state = states.read(key);
            if (state.lastEvent == KeyState.NEVER) {
              state.lastEvent = progress.of(key);
              state.changed = true;
            }
            timers.set(state, state.nextTimer(limitMs));
            states.write(state, state);
          } catch (IOException e) {
            throw new UncheckedIOException("the state of key " + key + " cannot be read", e);
          }
        });
  }

  /** Writes the limit. */
  void snapshot() throws Exception {
    stored.update(List.of(limitMs));
  }
}
