package io.tidegate.match;

/** How the events of a stage must follow the event taken before them. */
public enum Contiguity {
  /** First stage of a pattern or of a group. */
  BEGIN,
  /** The very next event ({@code next}). */
  STRICT,
  /** The next event that fits, others between are skipped ({@code followed_by}). */
  RELAXED,
  /** Any later event that fits; each one opens its own branch ({@code followed_by_any}). */
  RELAXED_ANY,
  /** The very next event must not fit. */
  NOT_NEXT,
  /** No event up to the next stage, or up to the end of the window, may fit. */
  NOT_FOLLOWED_BY,
  /** No event may fit for a stated time; then the pattern goes on ({@code absent_for}). */
  ABSENT_FOR;

  /** Whether the stage states an absence and takes no event. */
  public boolean isNegative() {
    return this == NOT_NEXT || this == NOT_FOLLOWED_BY || this == ABSENT_FOR;
  }
}
