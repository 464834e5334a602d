package io.tidegate.decode;

import io.tidegate.event.Event;
import io.tidegate.event.StreamDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The greatest event time seen in a stream, by topic and partition. */
final class PartitionTimes {
  /** Nothing was seen in a partition. */
  static final long NONE = Long.MIN_VALUE;

  private final StreamDefinition stream;
  private final long[][] greatest;

  PartitionTimes(StreamDefinition stream) {
    this.stream = stream;
    this.greatest = new long[stream.topics().size()][0];
  }

  /** The greatest time before an event in its partition, or NONE; the event counts from now on. */
  long observe(Event event) {
    long[] partitions = greatest[event.topic];
    if (event.partition >= partitions.length) {
      partitions = grow(event.topic, event.partition);
    }
    long before = partitions[event.partition];
    if (event.timestamp > before) {
      partitions[event.partition] = event.timestamp;
    }
    return before;
  }

  private long[] grow(int topic, int partition) {
    long[] old = greatest[topic];
    long[] grown = Arrays.copyOf(old, partition + 1);
    Arrays.fill(grown, old.length, grown.length, NONE);
    greatest[topic] = grown;
    return grown;
  }

  /** Raises a partition to at least a time; partitions that the plan does not read are left out. */
  void raise(PartitionProgress.Id partition, long time) {
    int topic = stream.topics().indexOf(partition.topic());
    if (topic >= 0 && stream.name().equals(partition.stream())) {
      long[] partitions = greatest[topic];
      if (partition.partition() >= partitions.length) {
        partitions = grow(topic, partition.partition());
      }
      partitions[partition.partition()] = Math.max(partitions[partition.partition()], time);
    }
  }

  /** All times, joined with restored ones of partitions that the plan no longer reads. */
  List<PartitionProgress> merged(Map<PartitionProgress.Id, Long> restored) {
    Map<PartitionProgress.Id, Long> all = new LinkedHashMap<>(restored);
    for (int topic = 0; topic < greatest.length; topic++) {
      for (int partition = 0; partition < greatest[topic].length; partition++) {
        if (greatest[topic][partition] != NONE) {
          all.merge(
              new PartitionProgress.Id(stream.name(), stream.topics().get(topic), partition),
              greatest[topic][partition],
              Math::max);
        }
      }
    }
    List<PartitionProgress> merged = new ArrayList<>();
    all.forEach((partition, time) -> merged.add(new PartitionProgress(partition, time)));
    return merged;
  }
}
