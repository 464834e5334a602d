package io.tidegate.rules;

import java.time.DateTimeException;
import java.time.Instant;

/** Event times as people read them. */
final class TimeText {
  private TimeText() {}

  /** An epoch time in ms as ISO 8601 in UTC. */
  static String text(long millis) {
    try {
      return Instant.ofEpochMilli(millis).toString();
    } catch (DateTimeException e) {
      return millis + " ms";
    }
  }
}
