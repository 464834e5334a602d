package io.tidegate.benchmark;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Counts what comes out of the one job that runs, and notes when it ended. Parallelism 1 only.
 *
 * @param <T> type of the records
 */
final class CountingSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1L;
  private static volatile long count;
  private static volatile long endedAt;
  private static volatile long cpuTime;

  /** Forgets the job before. */
  static void reset() {
    count = 0;
    endedAt = 0;
  }

  /** Number of records. */
  static long count() {
    return count;
  }

  /** When the input had been handled to its end, in terms of {@link System#nanoTime}. */
  static long endedAt() {
    return endedAt;
  }

  /** CPU time that the process had used then, in terms of {@link CepJobs#cpuTime}. */
  static long cpuTime() {
    return cpuTime;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    return new SinkWriter<>() {
      private long seen;

      @Override
      public void write(T element, Context writerContext) {
        seen++;
      }

      @Override
      public void flush(boolean endOfInput) {
        if (endOfInput) {
          count = seen;
          endedAt = System.nanoTime();
          cpuTime = CepJobs.cpuTime();
        }
      }

      @Override
      public void close() {}
    };
  }
}
