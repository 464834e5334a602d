package io.tidegate.record;

import io.tidegate.event.ImmutableTypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * Serializer of an immutable type that is the same for every use of the type: it has no parameters,
 * and all of its class are equal.
 *
 * @param <T> the type
 */
public abstract class ImmutableSerializer<T> extends ImmutableTypeSerializer<T> {
  private static final long serialVersionUID = 1L;

  /** This one; a serializer that owns buffers makes another. */
  @Override
  public TypeSerializer<T> duplicate() {
    return this;
  }

  @Override
  public final boolean equals(Object other) {
    return other != null && getClass() == other.getClass();
  }

  @Override
  public final int hashCode() {
    return getClass().hashCode();
  }
}
