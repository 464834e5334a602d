package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventBytes;
import io.tidegate.event.EventCodec;
import io.tidegate.event.EventType;
import io.tidegate.event.EventTypes;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;

/**
 * Keeps the waiting events of {@link PendingKeys} in a snapshot: one value for each key group, so
 * that a snapshot costs a write a group and not a write a key.
 *
 * <p>A value of keyed state needs a key; that of a group is one that no expression makes (its
 * expression is -1) and that falls into the group.
 */
final class StoredPending {
  private static final int FORMAT = 1;
  private static final int NO_EXPRESSION = -1;

  private final KeyedStateBackend<RoutedKey> backend;
  private final KeyGroupRange range;
  private final int maxParallelism;
  private final EventType[] types;
  private final ValueState<byte[]> state;
  private final KeyCodec keys = new KeyCodec();
  private RoutedKey[] groupKeys;
  private boolean stored;

  StoredPending(
      KeyedStateBackend<RoutedKey> backend,
      KeyedStateStore store,
      KeyGroupRange range,
      int maxParallelism,
      EventType[] types) {
    this.backend = backend;
    this.range = range;
    this.maxParallelism = maxParallelism;
    this.types = types;
    this.state =
        store.getState(
            new ValueStateDescriptor<>("pending", BytePrimitiveArraySerializer.INSTANCE));
  }

  /** Puts what waits into the state. */
  void store(PendingKeys pending) throws IOException {
    DataOutputSerializer[] groups = new DataOutputSerializer[range.getNumberOfKeyGroups()];
    for (int slot = 0; slot < pending.size(); slot++) {
      PendingEvents events = pending.at(slot);
      int group = KeyGroupRangeAssignment.assignToKeyGroup(events.key, maxParallelism);
      int at = group - range.getStartKeyGroup();
      if (groups[at] == null) {
        groups[at] = new DataOutputSerializer(1024);
        groups[at].writeByte(FORMAT);
        EventTypes.write(types, groups[at]);
      }
      write(events, groups[at]);
    }
    for (int at = 0; at < groups.length; at++) {
      if (groups[at] != null) {
        backend.setCurrentKey(groupKey(at));
        state.update(groups[at].getCopyOfBuffer());
        stored = true;
      }
    }
  }

  private void write(PendingEvents events, DataOutputSerializer out) throws IOException {
    keys.write(events.key, out);
    out.writeInt(events.size());
    for (int n = 0; n < events.size(); n++) {
      out.writeInt(events.length(n));
      out.write(events.bytes(), events.offset(n), events.length(n));
    }
  }

  /** Empties the state once a snapshot has it: what was written is old by the next event. */
  void clear() {
    if (!stored) {
      return;
    }
    stored = false;
    for (int at = 0; at < range.getNumberOfKeyGroups(); at++) {
      backend.setCurrentKey(groupKey(at));
      state.clear();
    }
  }

  /**
   * Takes out of the state what waited when it was written.
   *
   * @throws IOException when it was written in a format that this version does not know
   */
  void restore(PendingKeys to) throws IOException {
    for (int at = 0; at < range.getNumberOfKeyGroups(); at++) {
      backend.setCurrentKey(groupKey(at));
      byte[] value = state.value();
      if (value != null) {
        read(new DataInputDeserializer(value), to);
        state.clear();
      }
    }
  }

  private void read(DataInputDeserializer in, PendingKeys to) throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException(
          "waiting events have format "
              + format
              + ", this version reads format "
              + FORMAT
              + ": restore with the version that wrote it, or a newer one");
    }
    EventType[] before = EventTypes.read(in);
    EventBytes reader = Arrays.equals(before, types) ? null : new EventBytes(before);
    EventCodec codec = new EventCodec(types);
    while (in.available() > 0) {
      RoutedKey key = keys.read(in);
      for (int n = in.readInt(); n > 0; n--) {
        byte[] event = new byte[in.readInt()];
        in.readFully(event);
        if (reader != null) {
          Event old = reader.read(event, 0);
          event = codec.bytes(old);
        }
        to.add(key, EventBytes.timestamp(event, 0), event, 0, event.length);
      }
    }
  }

  private RoutedKey groupKey(int at) {
    if (groupKeys == null) {
      groupKeys = groupKeys();
    }
    return groupKeys[at];
  }

  /** For each group of the range the first number that falls into it; the same at every restore. */
  private RoutedKey[] groupKeys() {
    RoutedKey[] found = new RoutedKey[range.getNumberOfKeyGroups()];
    int missing = found.length;
    for (int n = 0; missing > 0; n++) {
      RoutedKey key = new RoutedKey(NO_EXPRESSION, Integer.toString(n));
      int at =
          KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism) - range.getStartKeyGroup();
      if (at >= 0 && at < found.length && found[at] == null) {
        found[at] = key;
        missing--;
      }
    }
    return found;
  }
}
