package io.tidegate.match;

import java.util.function.Consumer;

/**
 * The events that a match, or a partial match, has taken, by stage and in the order taken.
 *
 * <p>Stages are addressed by their index in {@link PatternDefinition#stageNames()}.
 *
 * @param <E> event type
 */
public interface MatchedEvents<E> {

  /** How many events the stage has taken; 0 where none. */
  int count(int stage);

  /** The first event of the stage, or null where it has taken none. */
  E first(int stage);

  /** The last event of the stage, or null where it has taken none. */
  E last(int stage);

  /**
   * One event of the stage.
   *
   * @param index from 0 at the first event, or from -1 backwards from the last
   * @return the event, or null where the stage has not taken so many
   */
  E get(int stage, int index);

  /** Calls the consumer with each event of the stage, first to last. */
  void forEach(int stage, Consumer<? super E> consumer);
}
