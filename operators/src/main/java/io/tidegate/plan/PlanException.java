package io.tidegate.plan;

/** Raised when a plan is malformed or refers to something that it does not have. */
public final class PlanException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * One line: where, and what is wrong there.
   *
   * @param place the part of the plan, such as {@code rule card_testing, stage big_charge}
   * @param problem what was found and what is expected
   */
  public PlanException(String place, String problem) {
    super(place + ": " + problem);
  }

  /** The same, with the failure that it explains. */
  public PlanException(String place, String problem, Throwable cause) {
    super(place + ": " + problem, cause);
  }
}
