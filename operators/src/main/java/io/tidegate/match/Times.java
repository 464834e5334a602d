package io.tidegate.match;

/**
 * How often a stage or group occurs.
 *
 * @param min least number of occurrences; 0 makes the stage optional
 * @param max greatest number, {@link #UNBOUNDED} for a loop
 * @param windowMillis limit between an occurrence and the event before it, ms; 0 for none
 */
public record Times(int min, int max, long windowMillis) {
  /** The {@code max} of a loop. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  /** Exactly n times. */
  public static Times exactly(int n) {
    return new Times(n, n, 0);
  }

  /** From min to max times. */
  public static Times between(int min, int max) {
    return new Times(min, max, 0);
  }

  /** At least n times. */
  public static Times atLeast(int n) {
    return new Times(n, UNBOUNDED, 0);
  }

  /** The same with a limit between an occurrence and the event before it. */
  public Times within(long windowMillis) {
    return new Times(min, max, windowMillis);
  }

  /** Whether the number of occurrences has no upper bound. */
  public boolean isLoop() {
    return max == UNBOUNDED;
  }

  /** Whether this says no more than that the stage occurs once. */
  public boolean isOnce() {
    return min == 1 && max == 1 && windowMillis == 0;
  }
}
