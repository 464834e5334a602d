package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.match.MatcherState;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Partial matches of one rule as they are kept: read into objects when an event concerns them, and
 * until then the bytes that were read, which are written again as they are.
 */
final class StoredState {
  private MatcherState<Event> state;
  private byte[] bytes;

  /** Reads the events in {@link #bytes}; they are of the layout that it knows. */
  private TypeSerializer<Event> events;

  /** Holds a state. */
  StoredState(MatcherState<Event> state) {
    this.state = state;
  }

  private StoredState(byte[] bytes, TypeSerializer<Event> events) {
    this.bytes = bytes;
    this.events = events;
  }

  /** The state, which the caller may change. */
  MatcherState<Event> get() {
    if (state == null) {
      try {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        state = MatcherState.read(in, view -> events.deserialize(in));
      } catch (IOException e) {
        throw new IllegalStateException("partial matches cannot be read: " + e.getMessage(), e);
      }
    }
    // Whoever has it may change it, so the bytes are no longer right.
    bytes = null;
    events = null;
    return state;
  }

  /** This, or the same in another layout of events where that is what it needs. */
  StoredState in(TypeSerializer<Event> layout) throws IOException {
    if (bytes == null || events.equals(layout)) {
      return this;
    }
    DataOutputSerializer out = new DataOutputSerializer(bytes.length);
    write(out, layout);
    return read(new DataInputDeserializer(out.getSharedBuffer(), 0, out.length()), layout);
  }

  /** Writes length and bytes; events of another layout are brought into the given one. */
  void write(DataOutputView target, TypeSerializer<Event> layout) throws IOException {
    if (bytes != null && (events == layout || events.equals(layout))) {
      target.writeInt(bytes.length);
      target.write(bytes);
      return;
    }
    DataOutputSerializer out = new DataOutputSerializer(256);
    get().write(out, (event, view) -> layout.serialize(event, out));
    target.writeInt(out.length());
    target.write(out.getSharedBuffer(), 0, out.length());
  }

  /** Reads what {@link #write} has written. */
  static StoredState read(DataInputView source, TypeSerializer<Event> layout) throws IOException {
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    return new StoredState(bytes, layout);
  }

  /** A copy that shares only events. */
  StoredState copy() {
    return bytes == null ? new StoredState(state.copy()) : new StoredState(bytes, events);
  }
}
