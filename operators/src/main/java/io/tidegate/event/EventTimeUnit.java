package io.tidegate.event;

/** How a stream writes its event time. */
public enum EventTimeUnit {
  MILLISECONDS("ms"),
  SECONDS("s"),
  MICROSECONDS("us"),
  NANOSECONDS("ns"),
  /** A date and time with its zone or offset, as in {@code 2018-04-01T00:00:00.250Z}. */
  ISO8601("iso8601");

  private final String text;

  EventTimeUnit(String text) {
    this.text = text;
  }

  /** The name that plans use. */
  public String text() {
    return text;
  }

  /**
   * The unit that a plan names.
   *
   * @throws IllegalArgumentException when there is no such unit
   */
  public static EventTimeUnit of(String text) {
    for (EventTimeUnit unit : values()) {
      if (unit.text.equals(text)) {
        return unit;
      }
    }
    throw new IllegalArgumentException(
        "no event time unit '" + text + "'; there are ms, s, us, ns, iso8601");
  }
}
