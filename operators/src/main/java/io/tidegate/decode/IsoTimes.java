package io.tidegate.decode;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;

/** ISO 8601 date-times with a zone, as in {@code 2018-04-01T00:00:00.25Z} and {@code +02:00}. */
final class IsoTimes {
  private IsoTimes() {}

  /**
   * Epoch milliseconds, cut off towards the past.
   *
   * <p>The usual forms take a path without allocation (about 10 times as fast as java.time); what
   * that path does not know, java.time judges.
   *
   * @throws EventTimes.InvalidTimeException when the text is no date-time, or one without a zone
   */
  static long parse(String text) throws EventTimes.InvalidTimeException {
    long usual = usual(text);
    if (usual != Long.MIN_VALUE) {
      return usual;
    }
    try {
      return OffsetDateTime.parse(text.replace(' ', 'T'), DateTimeFormatter.ISO_OFFSET_DATE_TIME)
          .toInstant()
          .toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new EventTimes.InvalidTimeException(
          "'" + text + "' is no ISO 8601 date-time with a zone, such as 2018-04-01T00:00:00.25Z");
    }
  }

  /** {@code yyyy-MM-dd(T| )HH:mm:ss[.f..](Z|+HH:mm|-HH:mm)}, or MIN_VALUE for anything else. */
  private static long usual(String text) {
    int length = text.length();
    if (length < 20
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || (text.charAt(10) != 'T' && text.charAt(10) != ' ')
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return Long.MIN_VALUE;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    int at = 19;
    int fraction = 0;
    if (text.charAt(at) == '.') {
      int scale = 100;
      for (at++; at < length && isDigit(text.charAt(at)); at++) {
        fraction += scale * (text.charAt(at) - '0');
        scale /= 10;
      }
      if (at == 20 || at > 29) {
        return Long.MIN_VALUE;
      }
    }
    int zone = zone(text, at);
    // A negative part makes the whole negative: one test for "some part was no number".
    if ((year | month | day | hour | minute | second) < 0
        || zone == Integer.MIN_VALUE
        || month < 1
        || month > 12
        || day < 1
        || day > 28 && day > lengthOfMonth(year, month)
        || hour > 23
        || minute > 59
        || second > 59) {
      return Long.MIN_VALUE;
    }
    long seconds = (epochDay(year, month, day) * 24 + hour) * 3600 + (minute - zone) * 60L + second;
    return seconds * 1000 + fraction;
  }

  /** Offset from UTC in minutes of what is left of the text, or MIN_VALUE. */
  private static int zone(String text, int at) {
    int left = text.length() - at;
    if (left == 1 && text.charAt(at) == 'Z') {
      return 0;
    }
    if (left != 6 || text.charAt(at + 3) != ':') {
      return Integer.MIN_VALUE;
    }
    char sign = text.charAt(at);
    int hours = digits(text, at + 1, at + 3);
    int minutes = digits(text, at + 4, at + 6);
    if ((hours | minutes) < 0 || hours > 17 || minutes > 59 || (sign != '+' && sign != '-')) {
      return Integer.MIN_VALUE;
    }
    return sign == '-' ? -(60 * hours + minutes) : 60 * hours + minutes;
  }

  private static int lengthOfMonth(int year, int month) {
    return LocalDate.of(year, month, 1).lengthOfMonth();
  }

  /** Days since 1970-01-01, by counting years from March. */
  private static long epochDay(int year, int month, int day) {
    int y = month > 2 ? year : year - 1;
    int era = Math.floorDiv(y, 400);
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The number that the digits spell, or -1 when one of them is no digit. */
  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!isDigit(c)) {
        return -1;
      }
      value = 10 * value + c - '0';
    }
    return value;
  }
}
