package io.tidegate.record;

import java.util.Locale;

/** What became of the score of a match. */
public enum ScoreStatus {
  /** The model gave a finite score. */
  OK,
  /** The model gave NaN or an infinite value. */
  INVALID,
  /** No model saw the match. */
  UNSCORED;

  /** The status as it is written to tables and topics: the name in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
