package io.tidegate.derive;

import java.util.Locale;

/** What a derived field is of the values that it looks back at. */
public enum DerivedFunction {
  COUNT,
  SUM,
  AVG,
  MIN,
  MAX,
  DISTINCT,
  STDDEV,
  /** The value of the event before. */
  PREVIOUS,
  /** The value of another stream's last event. */
  LATEST;

  /** The name that plans use. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The function that a plan names.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public static DerivedFunction of(String text) {
    for (DerivedFunction function : values()) {
      if (function.text().equals(text)) {
        return function;
      }
    }
    throw new IllegalArgumentException(
        "no function '"
            + text
            + "'; there are count, sum, avg, min, max, distinct, stddev, previous, latest");
  }
}
