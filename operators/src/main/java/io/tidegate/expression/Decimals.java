package io.tidegate.expression;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Non-negative finite doubles as decimal text, rounded as Python rounds them. */
final class Decimals {
  /** More significant digits than any double needs to be told from its neighbours. */
  private static final int MAX_DIGITS = 17;

  private Decimals() {}

  /** With a fixed number of decimal places, rounding the exact value, halves to even. */
  static String fixed(double value, int places) {
    return new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** With one digit before the point and an exponent of at least two digits. */
  static String scientific(double value, int places, char letter) {
    BigDecimal exact = new BigDecimal(value);
    if (exact.signum() == 0) {
      return exponent(fixed(0, places), 0, letter);
    }
    BigDecimal rounded = exact.round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
    int power = rounded.precision() - rounded.scale() - 1;
    return exponent(rounded.movePointLeft(power).setScale(places).toPlainString(), power, letter);
  }

  /** The shortest digits that read back as the value; an exponent below 1e-4 and from 1e16. */
  static String shortest(double value) {
    if (value == 0) {
      return "0.0";
    }
    BigDecimal digits = shortestDecimal(value);
    int power = digits.precision() - digits.scale() - 1;
    if (power < -4 || power >= 16) {
      String mantissa = digits.movePointLeft(power).stripTrailingZeros().toPlainString();
      return exponent(mantissa, power, 'e');
    }
    String plain = digits.stripTrailingZeros().toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  private static BigDecimal shortestDecimal(double value) {
    BigDecimal exact = new BigDecimal(value);
    // Double.toString before JDK 19 is exact but not always shortest, so begin where it ends.
    int digits = new BigDecimal(Double.toString(value)).stripTrailingZeros().precision();
    BigDecimal best = round(exact, Math.min(digits, MAX_DIGITS));
    if (best.doubleValue() != value) {
      best = round(exact, MAX_DIGITS);
      digits = MAX_DIGITS;
    }
    for (int fewer = digits - 1; fewer >= 1; fewer--) {
      BigDecimal shorter = round(exact, fewer);
      if (shorter.doubleValue() != value) {
        break;
      }
      best = shorter;
    }
    return best;
  }

  private static BigDecimal round(BigDecimal exact, int digits) {
    return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static String exponent(String mantissa, int power, char letter) {
    String size = Math.abs(power) < 10 ? "0" + Math.abs(power) : "" + Math.abs(power);
    return mantissa + letter + (power < 0 ? "-" : "+") + size;
  }

  /** Separates thousands in the digits before the point; {@code '\0'} for no separator. */
  static String grouped(String digits, char separator) {
    int end = 0;
    while (end < digits.length() && Character.isDigit(digits.charAt(end))) {
      end++;
    }
    if (separator == '\0' || end <= 3) {
      return digits;
    }
    StringBuilder text = new StringBuilder(digits);
    for (int i = end - 3; i > 0; i -= 3) {
      text.insert(i, separator);
    }
    return text.toString();
  }
}
