package io.tidegate.record;

import java.util.Locale;

/** What became of the window of a match. */
public enum WindowStatus {
  /** The window is complete and can be scored. */
  OK,
  /** The key had fewer samples than the window is long. */
  SHORT_HISTORY,
  /** A channel of at least one sample was null or NaN. */
  NAN,
  /** The match was found so long after its last event that samples it needs were overwritten. */
  EVICTED,
  /** The pipeline has no window, or not for this rule. */
  NONE;

  /** The status as it is written to tables and topics: the name in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
