package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventCodec;
import io.tidegate.event.EventSerializer;
import io.tidegate.event.EventTypes;
import io.tidegate.event.StreamDefinition;
import java.io.IOException;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;

/**
 * Reads and writes the state of keys.
 *
 * <p>On the heap the backend hands out the live object, having copied it first where a running
 * snapshot still needs the old one, so it is changed in place and not put back.
 */
final class KeyStates {
  private final KeyedStateBackend<RoutedKey> backend;
  private final ValueState<KeyState> state;
  private final EventCodec codec;
  private final boolean objects;
  private KeyState blank = new KeyState();

  KeyStates(
      KeyedStateBackend<RoutedKey> backend, KeyedStateStore store, StreamDefinition[] streams) {
    this.backend = backend;
    this.state =
        store.getState(
            new ValueStateDescriptor<>(
                "key", new KeyStateSerializer(new EventSerializer(streams))));
    this.codec = new EventCodec(EventTypes.of(streams));
    this.objects = backend instanceof HeapKeyedStateBackend;
  }

  /** Whether the backend holds objects, not bytes. */
  boolean areObjects() {
    return objects;
  }

  /** The state of a key, which becomes the current one; null where nothing is kept. */
  KeyState read(RoutedKey key) throws IOException {
    backend.setCurrentKey(key);
    return state.value();
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
    if (!objects || read != present) {
      state.update(present);
    }
  }

  /** Frees the state of the current key. */
  void clear(KeyState read) {
    if (read != null) {
      state.clear();
    }
  }

  /** The bytes of an event that was kept with its key. */
  byte[] bytes(Event event) {
    return codec.bytes(event);
  }
}
