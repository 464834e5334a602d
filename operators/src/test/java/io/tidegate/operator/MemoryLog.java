package io.tidegate.operator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A topic in memory: what is in {@link #records} is there when a reader is opened, the rest comes.
 */
final class MemoryLog<T> implements TopicLog<T> {
  private static final long serialVersionUID = 1L;

  final transient List<T> records = new ArrayList<>();
  private final transient BlockingQueue<Optional<T>> coming = new LinkedBlockingQueue<>();

  /** A further record, which the readers that are open get. */
  void add(T record) {
    records.add(record);
    coming.add(Optional.ofNullable(record));
  }

  @Override
  public Reader<T> open(long from) {
    coming.clear();
    List<T> present = new ArrayList<>(records.subList((int) from, records.size()));
    return new Reader<>() {
      @Override
      public List<T> toPresentEnd() {
        return present;
      }

      @Override
      public List<T> next() {
        try {
          Optional<T> record = coming.poll(100, TimeUnit.MILLISECONDS);
          return record == null ? List.of() : Collections.singletonList(record.orElse(null));
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public void wakeUp() {}

      @Override
      public void close() {}
    };
  }
}
