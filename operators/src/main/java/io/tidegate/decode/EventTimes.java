package io.tidegate.decode;

import io.tidegate.event.EventTimeUnit;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Event times in the units that streams write them in, brought to epoch milliseconds. */
final class EventTimes {
  /** 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z: what tables and text forms can hold. */
  private static final long FIRST = -62_135_596_800_000L;

  private static final long LAST = 253_402_300_799_999L;

  private EventTimes() {}

  /** A value is not a time. */
  static final class InvalidTimeException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidTimeException(String message) {
      super(message, null, false, false);
    }
  }

  /** The same time, if it lies within the years 1 to 9999. */
  static long checked(long milliseconds) throws InvalidTimeException {
    if (milliseconds < FIRST || milliseconds > LAST) {
      throw new InvalidTimeException(
          milliseconds + " ms since 1970 is not within the years 1 to 9999");
    }
    return milliseconds;
  }

  /** A time from a whole number; fractions of a millisecond are cut off towards the past. */
  static long of(long value, EventTimeUnit unit) throws InvalidTimeException {
    return switch (unit) {
      case MILLISECONDS -> checked(value);
      case MICROSECONDS -> checked(Math.floorDiv(value, 1_000L));
      case NANOSECONDS -> checked(Math.floorDiv(value, 1_000_000L));
      case SECONDS -> {
        if (value < FIRST / 1000 || value > LAST / 1000) {
          throw new InvalidTimeException(value + " s since 1970 is not within the years 1 to 9999");
        }
        yield value * 1000;
      }
      case ISO8601 ->
          throw new InvalidTimeException(
              "the number " + value + " is no ISO 8601 text, which is the stream's unit");
    };
  }

  /** A time from a number with a fraction, cut off towards the past at milliseconds. */
  static long of(double value, EventTimeUnit unit) throws InvalidTimeException {
    if (!Double.isFinite(value)) {
      throw new InvalidTimeException(value + " is no time");
    }
    // By decimal text: 1.001 s is 1001 ms, though the nearest double is a little below.
    return of(BigDecimal.valueOf(value), unit);
  }

  private static long of(BigDecimal value, EventTimeUnit unit) throws InvalidTimeException {
    BigDecimal milliseconds =
        switch (unit) {
          case MILLISECONDS -> value;
          case MICROSECONDS -> value.movePointLeft(3);
          case NANOSECONDS -> value.movePointLeft(6);
          case SECONDS -> value.movePointRight(3);
          case ISO8601 ->
              throw new InvalidTimeException(
                  "the number " + value + " is no ISO 8601 text, which is the stream's unit");
        };
    if (milliseconds.compareTo(BigDecimal.valueOf(FIRST)) < 0
        || milliseconds.compareTo(BigDecimal.valueOf(LAST + 1)) >= 0) {
      throw new InvalidTimeException(
          value + " " + unit.text() + " since 1970 is not within the years 1 to 9999");
    }
    return milliseconds.setScale(0, RoundingMode.FLOOR).longValue();
  }

  /** A time from text: ISO 8601 with a zone, or a decimal number in the unit. */
  static long of(String text, EventTimeUnit unit) throws InvalidTimeException {
    if (unit == EventTimeUnit.ISO8601) {
      return checked(IsoTimes.parse(text));
    }
    // Long.parseLong and BigDecimal throw with a stack trace; a bound keeps absurd text cheap.
    if (text.isEmpty() || text.length() > 40) {
      throw notNumber(text, unit);
    }
    try {
      BigDecimal value = new BigDecimal(text);
      if (Math.abs((long) value.scale()) > 40) {
        throw notNumber(text, unit);
      }
      return of(value, unit);
    } catch (NumberFormatException e) {
      throw notNumber(text, unit);
    }
  }

  private static InvalidTimeException notNumber(String text, EventTimeUnit unit) {
    return new InvalidTimeException("'" + text + "' is no number of " + unit.text());
  }
}
