package io.tidegate.operator;

import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Keeps {@link KeyGroupProgress} in operator state: every subtask reads what all of them have
 * written.
 */
final class OperatorProgress {
  private final ListState<long[]> state;
  private final KeyGroupProgress progress;
  private final int maxParallelism;

  OperatorProgress(OperatorStateStore store, KeyGroupRange range, int maxParallelism)
      throws Exception {
    this.state =
        store.getUnionListState(
            new ListStateDescriptor<>("progress", LongPrimitiveArraySerializer.INSTANCE));
    this.progress = new KeyGroupProgress(range, state.get());
    this.maxParallelism = maxParallelism;
  }

  long watermark() {
    return progress.watermark();
  }

  void advance(long watermark) {
    progress.advance(watermark);
  }

  /** Up to which event time the events of a key have been handled. */
  long of(RoutedKey key) {
    return progress.isBehindRestored()
        ? progress.of(KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism))
        : progress.watermark();
  }

  void snapshot() throws Exception {
    state.update(progress.entries());
  }
}
