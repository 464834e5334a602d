package io.tidegate.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
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
  private static volatile long cpuAtEnd;

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

  /** CPU time of the process when the input had been handled to its end, ns. */
  static long cpuAtEnd() {
    return cpuAtEnd;
  }

  /** CPU time that the process has used, all its threads together, ns. */
  static long processCpuTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
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
          cpuAtEnd = processCpuTime();
        }
      }

      @Override
      public void close() {}
    };
  }
}
