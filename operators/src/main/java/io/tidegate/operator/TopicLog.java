package io.tidegate.operator;

import java.io.Serializable;
import java.util.List;

/**
 * A topic that every router reads by itself and not through the job's graph: it is small, and an
 * input of its own would part the router from the source before it, at the cost of an exchange of
 * every event.
 *
 * @param <T> what its records are read as
 */
public interface TopicLog<T> extends Serializable {
  /**
   * A reader that begins at an offset.
   *
   * @param from offset of the first record to read; the topic's beginning where it is gone
   */
  Reader<T> open(long from);

  /** Reads in the order of the topic; of its calls only {@link #wakeUp} is for other threads. */
  interface Reader<T> extends AutoCloseable {
    /** The records up to where the topic ends now. */
    List<T> toPresentEnd();

    /** Further records; none when none came for a while, or {@link #wakeUp} was called. */
    List<T> next();

    /** Ends a call of {@link #next} that waits. */
    void wakeUp();

    @Override
    void close();
  }
}
