package io.tidegate.match;

/**
 * What becomes of other partial and complete matches once a match is emitted.
 *
 * @param type the strategy
 * @param stage name of the stage for {@link Type#SKIP_TO_FIRST} and {@link Type#SKIP_TO_LAST}, else
 *     null
 * @param throwOnMiss whether a match without an event of that stage, or one that would skip to its
 *     own first event, is an error
 */
public record SkipStrategy(Type type, String stage, boolean throwOnMiss) {

  /** The five strategies. */
  public enum Type {
    /** Every match is emitted. */
    NO_SKIP,
    /** Discards what began with the same event as the match. */
    SKIP_TO_NEXT,
    /** Discards what began at or before the last event of the match. */
    SKIP_PAST_LAST_EVENT,
    /** Discards what began before the first event of a stage of the match. */
    SKIP_TO_FIRST,
    /** Discards what began before the last event of a stage of the match. */
    SKIP_TO_LAST
  }

  /** Emits every match. */
  public static SkipStrategy noSkip() {
    return new SkipStrategy(Type.NO_SKIP, null, false);
  }

  /** Discards what began with the same event as the match. */
  public static SkipStrategy skipToNext() {
    return new SkipStrategy(Type.SKIP_TO_NEXT, null, false);
  }

  /** Discards what began at or before the last event of the match. */
  public static SkipStrategy skipPastLastEvent() {
    return new SkipStrategy(Type.SKIP_PAST_LAST_EVENT, null, false);
  }

  /** Discards what began before the first event that the stage has in the match. */
  public static SkipStrategy skipToFirst(String stage) {
    return new SkipStrategy(Type.SKIP_TO_FIRST, stage, false);
  }

  /** Discards what began before the last event that the stage has in the match. */
  public static SkipStrategy skipToLast(String stage) {
    return new SkipStrategy(Type.SKIP_TO_LAST, stage, false);
  }

  /** The same, but a match that cannot be skipped as said is an error. */
  public SkipStrategy orThrow() {
    return new SkipStrategy(type, stage, true);
  }
}
