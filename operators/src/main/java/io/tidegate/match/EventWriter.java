package io.tidegate.match;

import java.io.DataOutput;
import java.io.IOException;

/** Writes one event of a {@link MatcherState}. */
@FunctionalInterface
public interface EventWriter<E> {
  /** Writes the event so that the {@link EventReader} of the same host reads it back. */
  void write(E event, DataOutput out) throws IOException;
}
