package io.tidegate.decode;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.Decoded;
import io.tidegate.event.Event;
import io.tidegate.event.EventTypeInfo;
import io.tidegate.event.LateEvent;
import io.tidegate.event.StreamDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Stands behind a source and parts what it reads: events in time go on, dead letters and late
 * events go to side outputs.
 *
 * <p>Late is a property of the log: an event is late when it is older than the greatest event time
 * before it in its own partition, less the stream's out-of-orderness bound. Watermarks play no
 * part, so neither parallelism nor a restore changes the verdict. The greatest times are union
 * state: after a restore every subtask knows those of all partitions, whichever it is given.
 */
public final class LateGate extends AbstractStreamOperator<Event>
    implements OneInputStreamOperator<Decoded, Event> {
  private static final long serialVersionUID = 1L;

  private final StreamDefinition stream;
  private final OutputTag<DeadLetter> deadLetters;
  private final OutputTag<LateEvent> lateEvents;

  private transient Map<PartitionProgress.Id, Long> restored;
  private transient PartitionTimes times;
  private transient StreamCounts counts;
  private transient ListState<byte[]> progressState;
  private transient ListState<byte[]> countState;

  /**
   * A gate behind the source of one stream.
   *
   * @param streams all streams of the plan
   * @param stream index of the one
   */
  public LateGate(StreamDefinition[] streams, int stream) {
    this.stream = streams[stream];
    this.deadLetters = deadLetters();
    this.lateEvents = lateEvents(streams);
  }

  /** The side output of dead letters. */
  public static OutputTag<DeadLetter> deadLetters() {
    return new OutputTag<>("dead-letters", EventTypeInfo.deadLetters());
  }

  /** The side output of late events. */
  public static OutputTag<LateEvent> lateEvents(StreamDefinition[] streams) {
    return new OutputTag<>("late-events", EventTypeInfo.lateEvents(streams));
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    progressState =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>(
                    "partition-progress", BytePrimitiveArraySerializer.INSTANCE));
    countState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("counts", BytePrimitiveArraySerializer.INSTANCE));
    times = new PartitionTimes(stream);
    restored = new LinkedHashMap<>();
    counts = new StreamCounts(stream.name());
    if (context.isRestored()) {
      restore();
    }
  }

  private void restore() throws Exception {
    for (byte[] bytes : progressState.get()) {
      PartitionProgress progress = PartitionProgress.of(bytes);
      restored.merge(progress.partition(), progress.greatest(), Math::max);
    }
    restored.forEach(times::raise);
    for (byte[] bytes : countState.get()) {
      counts.add(StreamCounts.of(bytes));
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    counts.register(getMetricGroup());
  }

  /** What became of this subtask's records. */
  StreamCounts counts() {
    return counts;
  }

  @Override
  public void processElement(StreamRecord<Decoded> element) {
    Decoded decoded = element.getValue();
    if (!(decoded instanceof Event event)) {
      counts.countDead();
      output.collect(deadLetters, new StreamRecord<>((DeadLetter) decoded));
      return;
    }
    long before = times.observe(event);
    // The bound is exact: an event on it is in time.
    long earliest = before - stream.outOfOrdernessMs();
    if (before != PartitionTimes.NONE && event.timestamp < earliest) {
      counts.countLate();
      output.collect(
          lateEvents,
          new StreamRecord<>(
              new LateEvent(event, before, earliest - event.timestamp), event.timestamp));
      return;
    }
    counts.countAccepted();
    output.collect(element.replace(event));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    int parallelism = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    List<byte[]> entries = new ArrayList<>();
    for (PartitionProgress progress : times.merged(restored)) {
      Long before = restored.get(progress.partition());
      boolean read = before == null || progress.greatest() > before;
      // Written once, not by every subtask that knows of it: the state would grow with parallelism.
      if (read || progress.partition().keptBy(subtask, parallelism)) {
        entries.add(progress.toBytes());
      }
    }
    progressState.update(entries);
    countState.update(List.of(counts.toBytes()));
  }
}
