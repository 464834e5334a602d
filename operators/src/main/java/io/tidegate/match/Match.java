package io.tidegate.match;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * The events of a match, or of a partial match that timed out, in the order taken.
 *
 * @param <E> event type
 */
public final class Match<E> implements MatchedEvents<E> {
  private final Object[] events;
  private final int[] stages;
  private final long startTimestamp;
  private final long endTimestamp;

  Match(Taken<E> last) {
    int size = 0;
    for (Taken<E> link = last; link != null; link = link.previous) {
      size += link.stage == Taken.NONE ? 0 : 1;
    }
    this.events = new Object[size];
    this.stages = new int[size];
    long end = last.first.timestamp;
    for (Taken<E> link = last; link != null; link = link.previous) {
      if (link.stage != Taken.NONE) {
        events[--size] = link.event;
        stages[size] = link.stage;
        end = Math.max(end, link.timestamp);
      }
    }
    this.startTimestamp = last.first.timestamp;
    this.endTimestamp = end;
  }

  /** Event time of the first event, ms. */
  public long startTimestamp() {
    return startTimestamp;
  }

  /** Greatest event time among the events, ms. */
  public long endTimestamp() {
    return endTimestamp;
  }

  /** Number of events. */
  public int size() {
    return events.length;
  }

  /**
   * One event.
   *
   * @param index from 0, in the order taken
   */
  @SuppressWarnings("unchecked")
  public E event(int index) {
    return (E) events[index];
  }

  /**
   * The stage that took an event.
   *
   * @param index from 0, in the order taken
   */
  public int stageOf(int index) {
    return stages[index];
  }

  /** The events of a stage in the order taken; empty where it took none. */
  public List<E> stage(int stage) {
    List<E> taken = new ArrayList<>();
    forEach(stage, taken::add);
    return Collections.unmodifiableList(taken);
  }

  /** All events in the order taken. */
  public List<E> events() {
    List<E> all = new ArrayList<>(events.length);
    for (int i = 0; i < events.length; i++) {
      all.add(event(i));
    }
    return Collections.unmodifiableList(all);
  }

  @Override
  public int count(int stage) {
    int count = 0;
    for (int s : stages) {
      if (s == stage) {
        count++;
      }
    }
    return count;
  }

  @Override
  public E first(int stage) {
    return get(stage, 0);
  }

  @Override
  public E last(int stage) {
    return get(stage, -1);
  }

  @Override
  public E get(int stage, int index) {
    int left = index < 0 ? count(stage) + index : index;
    if (left < 0) {
      return null;
    }
    for (int i = 0; i < stages.length; i++) {
      if (stages[i] == stage && left-- == 0) {
        return event(i);
      }
    }
    return null;
  }

  @Override
  public void forEach(int stage, Consumer<? super E> consumer) {
    for (int i = 0; i < stages.length; i++) {
      if (stages[i] == stage) {
        consumer.accept(event(i));
      }
    }
  }
}
