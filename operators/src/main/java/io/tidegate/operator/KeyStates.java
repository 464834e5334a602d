package io.tidegate.operator;

import io.tidegate.derive.HistoryStore;
import io.tidegate.event.Event;
import io.tidegate.event.EventCodec;
import io.tidegate.event.EventSerializer;
import io.tidegate.event.EventTypes;
import io.tidegate.event.StreamDefinition;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;

/**
 * Reads and writes the state of keys.
 *
 * <p>On the heap the backend hands out the live object, having copied it first where a running
 * snapshot still needs the old one, so it is changed in place and not put back. Elsewhere a state
 * is written where it has changed.
 */
final class KeyStates {
  private final KeyedStateBackend<RoutedKey> backend;
  private final ValueStateDescriptor<KeyState> descriptor;
  private final ValueState<KeyState> state;
  private final EventCodec codec;
  private final Segments segments;
  private final StoredHistories histories;
  private final boolean objects;
  private final StateSizes sizes;
  private KeyState blank = new KeyState();
  private long reads;
  private long writes;

  KeyStates(
      KeyedStateBackend<RoutedKey> backend, KeyedStateStore store, StreamDefinition[] streams) {
    this.backend = backend;
    EventSerializer layout = new EventSerializer(EventTypes.handled(streams));
    this.descriptor = new ValueStateDescriptor<>("key", new KeyStateSerializer(layout));
    this.state = store.getState(descriptor);
    this.codec = new EventCodec(EventTypes.of(streams));
    this.objects = backend instanceof HeapKeyedStateBackend;
    this.segments = new Segments(store, layout, !objects);
    this.histories = new StoredHistories(store, !objects);
    this.sizes = new StateSizes(new KeyStateSerializer(layout));
  }

  /** How often a key's state has been read since the start. */
  long reads() {
    return reads;
  }

  /** How often a key's state has been written, or removed, since the start. */
  long writes() {
    return writes;
  }

  /** Mean size of a key's state. */
  StateSizes sizes() {
    return sizes;
  }

  /** Where large states of rules lie. */
  Segments segments() {
    return segments;
  }

  /** Where long histories of derived fields lie. */
  HistoryStore histories() {
    return histories;
  }

  /** How often something that is apart from its key has been read since the start. */
  long pageReads() {
    return segments.reads() + histories.reads();
  }

  /** How often something that is apart from its key has been written since the start. */
  long pageWrites() {
    return segments.writes() + histories.writes();
  }

  /** Whether the backend holds objects, not bytes. */
  boolean areObjects() {
    return objects;
  }

  /** The state of a key, which becomes the current one; null where nothing is kept. */
  KeyState read(RoutedKey key) throws IOException {
    backend.setCurrentKey(key);
    reads++;
    return state.value();
  }

  /** Hands over every key of which something is kept; each is the current one in its turn. */
  void forEach(Consumer<RoutedKey> keys) throws Exception {
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        descriptor,
        (key, state) -> keys.accept(key));
  }

  /** An empty state, for a key of which nothing is kept. */
  KeyState blank() {
    return blank;
  }

  /** Writes the state of the current key. */
  void write(KeyState read, KeyState present) throws IOException {
    if (present == blank) {
      blank = new KeyState();
    }
    if (read != present || (present.changed && !objects)) {
      state.update(present);
      writes++;
    }
    present.changed = false;
    sizes.sample(present);
  }

  /** Frees the state of the current key. */
  void clear(KeyState read) {
    if (read != null) {
      state.clear();
      writes++;
    }
  }

  /** The bytes of an event that was kept with its key. */
  byte[] bytes(Event event) {
    return codec.bytes(event);
  }
}
