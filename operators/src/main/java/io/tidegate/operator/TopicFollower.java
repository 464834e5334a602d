package io.tidegate.operator;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.util.function.ThrowingRunnable;

/** Waits in a thread of its own for records of a topic and has the task's thread take them. */
final class TopicFollower<T> implements AutoCloseable {
  private static final long PATIENCE_MS = 5_000;

  /** Takes records in the task's thread. */
  interface Taker<T> {
    void take(List<T> records) throws Exception;
  }

  private final TopicLog.Reader<T> reader;
  private final MailboxExecutor mailbox;
  private final Taker<T> taker;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Begins to follow.
   *
   * @param reader is closed with the follower
   * @param mailbox of the task
   * @param loader of the classes that clients of the topic load by name
   */
  TopicFollower(
      String name,
      TopicLog.Reader<T> reader,
      MailboxExecutor mailbox,
      ClassLoader loader,
      Taker<T> taker) {
    this.reader = reader;
    this.mailbox = mailbox;
    this.taker = taker;
    thread = new Thread(this::follow, name);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
  }

  private void follow() {
    try (reader) {
      while (!closed) {
        List<T> records = reader.next();
        if (!records.isEmpty()) {
          inTask(() -> taker.take(records));
        }
      }
    } catch (RuntimeException e) {
      if (!closed) {
        inTask(
            () -> {
              throw e;
            });
      }
    }
  }

  private void inTask(ThrowingRunnable<Exception> work) {
    try {
      mailbox.execute(work, thread.getName());
    } catch (RejectedExecutionException e) {
      closed = true; // The task has ended.
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    reader.wakeUp();
    thread.join(PATIENCE_MS);
  }
}
