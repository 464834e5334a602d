package io.tidegate.match;

import java.io.DataInput;
import java.io.IOException;

/** Reads one event of a {@link MatcherState}. */
@FunctionalInterface
public interface EventReader<E> {
  /** Reads what an {@link EventWriter} has written. */
  E read(DataInput in) throws IOException;
}
