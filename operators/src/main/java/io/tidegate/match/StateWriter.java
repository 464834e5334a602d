package io.tidegate.match;

import io.tidegate.bytes.Varint;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@link MatcherState}: format version, structure, the events, the links between them,
 * then the partial matches as references to links.
 */
final class StateWriter<E> {
  /** 2: links of passed time. */
  static final int FORMAT = 2;

  /** What stands for the stage of a link that has none; the number of a stage is two higher. */
  static final int SKIPPED = 0;

  static final int PASSED = 1;

  private final MatcherState<E> state;
  private final Map<Taken<E>, Integer> numbers = new IdentityHashMap<>();
  private final List<Taken<E>> links = new ArrayList<>();
  private final Map<Long, Integer> eventNumbers = new HashMap<>();
  private final List<Taken<E>> events = new ArrayList<>();

  StateWriter(MatcherState<E> state) {
    this.state = state;
  }

  void write(DataOutput out, EventWriter<? super E> writer) throws IOException {
    int open = 0;
    for (int i = 0; i < state.bucketCount; i++) {
      Bucket<E> bucket = state.buckets[i];
      open += bucket.size > 0 ? 1 : 0;
      for (int j = bucket.head; j < bucket.head + bucket.size; j++) {
        number(bucket.items[j]);
      }
    }
    int waiting = state.waiting == null ? 0 : state.waiting.length;
    for (int i = 0; i < waiting; i++) {
      number(state.waiting[i]);
    }
    out.writeByte(FORMAT);
    out.writeInt(state.signature);
    Varint.write(out, state.nextSequence);
    Varint.write(out, events.size());
    for (Taken<E> link : events) {
      Varint.write(out, link.sequence);
      out.writeLong(link.timestamp);
      writer.write(link.event, out);
    }
    Varint.write(out, links.size());
    for (Taken<E> link : links) {
      Varint.write(out, link.previous == null ? 0 : numbers.get(link.previous) + 1);
      boolean taken = link.stage != Taken.NONE;
      boolean passed = !taken && link.timestamp != link.previous.timestamp;
      Varint.write(out, taken ? link.stage + 2 : passed ? PASSED : SKIPPED);
      Varint.write(out, link.target + 1);
      Varint.write(out, link.step);
      Varint.write(out, taken ? eventNumbers.get(link.sequence) : link.sequence);
      if (passed) {
        out.writeLong(link.timestamp);
      }
    }
    Varint.write(out, open);
    for (int i = 0; i < state.bucketCount; i++) {
      Bucket<E> bucket = state.buckets[i];
      if (bucket.size > 0) {
        Varint.write(out, bucket.state);
        Varint.write(out, bucket.size);
        for (int j = bucket.head; j < bucket.head + bucket.size; j++) {
          Varint.write(out, numbers.get(bucket.items[j]));
        }
      }
    }
    Varint.write(out, waiting);
    for (int i = 0; i < waiting; i++) {
      Varint.write(out, numbers.get(state.waiting[i]));
    }
  }

  /** Numbers a chain from its beginning, so that a link comes after the one it points to. */
  private void number(Taken<E> last) {
    List<Taken<E>> unseen = new ArrayList<>();
    for (Taken<E> link = last; link != null && !numbers.containsKey(link); link = link.previous) {
      unseen.add(link);
    }
    for (int i = unseen.size() - 1; i >= 0; i--) {
      Taken<E> link = unseen.get(i);
      numbers.put(link, links.size());
      links.add(link);
      if (link.stage != Taken.NONE
          && eventNumbers.putIfAbsent(link.sequence, events.size()) == null) {
        events.add(link);
      }
    }
  }
}
