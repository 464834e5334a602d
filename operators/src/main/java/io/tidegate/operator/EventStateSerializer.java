package io.tidegate.operator;

import io.tidegate.event.Event;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializer of mutable state that holds events, around a serializer of events.
 *
 * @param <T> the state
 */
abstract class EventStateSerializer<T> extends TypeSerializer<T> {
  private static final long serialVersionUID = 1L;

  final TypeSerializer<Event> events;

  EventStateSerializer(TypeSerializer<Event> events) {
    this.events = events;
  }

  @Override
  public final T createInstance() {
    return null;
  }

  @Override
  public final boolean isImmutableType() {
    return false;
  }

  @Override
  public final int getLength() {
    return -1;
  }

  @Override
  public final T copy(T from, T reuse) {
    return copy(from);
  }

  @Override
  public final T deserialize(T reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public final void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public final boolean equals(Object other) {
    return other != null
        && getClass() == other.getClass()
        && events.equals(((EventStateSerializer<?>) other).events);
  }

  @Override
  public final int hashCode() {
    return 31 * events.hashCode() + getClass().getName().hashCode();
  }
}
