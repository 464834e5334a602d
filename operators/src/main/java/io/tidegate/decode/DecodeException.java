package io.tidegate.decode;

import io.tidegate.event.DeadLetterReason;

/**
 * A record's value is not an event of its stream. It becomes a dead letter.
 *
 * <p>Has no stack trace: it is an answer, and a topic may hold many such records.
 */
public final class DecodeException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int MAX_DETAIL = 500;

  private final DeadLetterReason reason;

  /**
   * A refusal.
   *
   * @param reason why
   * @param detail what was found and what was expected; made one line of at most 500 chars
   */
  public DecodeException(DeadLetterReason reason, String detail) {
    super(oneLine(detail), null, false, false);
    this.reason = reason;
  }

  private static String oneLine(String text) {
    String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
    return line.length() <= MAX_DETAIL ? line : line.substring(0, MAX_DETAIL) + "...";
  }

  /** Why the record is refused. */
  public DeadLetterReason reason() {
    return reason;
  }
}
