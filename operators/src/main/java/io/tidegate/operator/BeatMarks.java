package io.tidegate.operator;

import io.tidegate.rules.QuietMarks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Marks of beats among the events: a router that has no events sends one to every subtask of the
 * pattern operator, behind all that it has sent there.
 */
final class BeatMarks {
  private static final int BYTES = Long.BYTES + 2 * Integer.BYTES;

  private final int router;
  private final int routers;
  private final List<RoutedKey> keys = new ArrayList<>();

  /** The marks of a router; there are as many subtasks of the pattern operator as of routers. */
  BeatMarks(TaskInfo task) {
    router = task.getIndexOfThisSubtask();
    routers = task.getNumberOfParallelSubtasks();
    boolean[] reached = new boolean[routers];
    for (int i = 0; keys.size() < routers; i++) {
      RoutedKey key = new RoutedKey(RoutedKey.MARK, Integer.toString(i));
      int subtask =
          KeyGroupRangeAssignment.assignKeyToParallelOperator(
              key, task.getMaxNumberOfParallelSubtasks(), routers);
      if (!reached[subtask]) {
        reached[subtask] = true;
        keys.add(key);
      }
    }
  }

  /** A mark for every subtask. */
  List<RoutedEvent> of(long beat) {
    byte[] bytes = ByteBuffer.allocate(BYTES).putLong(beat).putInt(router).putInt(routers).array();
    return keys.stream().map(key -> new RoutedEvent(key, false, bytes)).toList();
  }

  /** Whether something routed is a mark. */
  static boolean isMark(RoutedEvent routed) {
    return routed.key().expression() == RoutedKey.MARK;
  }

  /** Takes note of a mark. */
  static void note(RoutedEvent mark, QuietMarks marks) {
    ByteBuffer bytes = ByteBuffer.wrap(mark.bytes(), mark.from(), BYTES);
    marks.note(bytes.getLong(), bytes.getInt(), bytes.getInt());
  }
}
