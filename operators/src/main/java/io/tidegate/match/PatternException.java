package io.tidegate.match;

/** A pattern that cannot be compiled, or a skip strategy that cannot be followed. */
public final class PatternException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String stage;
  private final String reason;

  /**
   * Names the stage at fault.
   *
   * @param stage name of the stage, or a description such as {@code group 2}; null for the pattern
   * @param reason what is wrong and what to do
   */
  public PatternException(String stage, String reason) {
    super(stage == null ? "pattern: " + reason : "stage '" + stage + "': " + reason);
    this.stage = stage;
    this.reason = reason;
  }

  /** The stage at fault, or null where the pattern as a whole is. */
  public String stage() {
    return stage;
  }

  /** What is wrong. */
  public String reason() {
    return reason;
  }
}
