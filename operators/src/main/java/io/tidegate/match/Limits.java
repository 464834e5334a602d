package io.tidegate.match;

import java.util.Objects;

/**
 * How much one key of one rule may hold and emit, so that a rule that fits too much costs its own
 * results and not the job.
 *
 * @param open greatest number of open partial matches, complete ones that are held back included
 * @param matchesPerEvent greatest number of matches that one event, or one deadline, emits; the
 *     first in the order of emission are
 * @param policy what becomes of partial matches beyond the limit
 */
public record Limits(int open, int matchesPerEvent, Policy policy) {

  /** Which partial matches are dropped. */
  public enum Policy {
    /** Those that began first. */
    DROP_OLDEST,
    /** Those that began last. */
    DROP_NEWEST,
    /** Those that began last, and the host is to take the rule out. */
    QUARANTINE
  }

  /** What a rule has that states none. */
  public static final Limits DEFAULT = new Limits(10_000, 1_000, Policy.DROP_OLDEST);

  /** No limits. */
  public static final Limits NONE =
      new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Policy.DROP_OLDEST);

  /**
   * Limits.
   *
   * @throws IllegalArgumentException where one is below 1
   */
  public Limits {
    Objects.requireNonNull(policy, "policy");
    if (open < 1 || matchesPerEvent < 1) {
      throw new IllegalArgumentException(
          "limits must be at least 1, not open " + open + ", matches_per_event " + matchesPerEvent);
    }
  }
}
