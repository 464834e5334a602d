package io.tidegate.rules;

/** Raised when a record of the rules log is wrong; says what is known of the change, and why. */
final class RefusedChangeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient RuleChange change;

  RefusedChangeException(RuleChange change, String reason) {
    super(reason);
    this.change = change;
  }

  /** As much of the change as could be read. */
  RuleChange change() {
    return change;
  }
}
