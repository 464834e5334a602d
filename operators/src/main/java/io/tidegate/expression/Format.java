package io.tidegate.expression;

import io.tidegate.event.FieldType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A format specification in Python's mini-language: {@code [[fill]align][sign][0][width][,|_]
 * [.precision][type]} with the types {@code s d f F e E %}.
 *
 * <p>Source: "Format Specification Mini-Language" in the documentation of Python's {@code string}
 * module. A null is written {@code None} whatever the format, and a timestamp in ISO 8601.
 */
final class Format {
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<zero>0)?(?<width>\\d{1,3})?"
              + "(?<group>[,_])?(?:\\.(?<precision>\\d{1,3}))?(?<type>[sdfFeE%])?",
          Pattern.DOTALL);
  private static final Format PLAIN = new Format(SYNTAX.matcher(""), FieldType.STRING);

  private final char fill;
  private final char align;
  private final char sign;
  private final int width;
  private final char group;
  private final int precision;
  private final char type;

  private Format(Matcher parts, FieldType of) {
    parts.matches();
    boolean zero = parts.group("zero") != null;
    boolean text = of == FieldType.STRING || of == FieldType.TIMESTAMP || of == FieldType.BOOLEAN;
    fill = first(parts.group("fill"), zero ? '0' : ' ');
    align = first(parts.group("align"), zero ? '=' : text ? '<' : '>');
    sign = first(parts.group("sign"), '-');
    width = parts.group("width") == null ? 0 : Integer.parseInt(parts.group("width"));
    group = first(parts.group("group"), '\0');
    precision = parts.group("precision") == null ? -1 : Integer.parseInt(parts.group("precision"));
    type = first(parts.group("type"), '\0');
  }

  private static char first(String text, char otherwise) {
    return text == null ? otherwise : text.charAt(0);
  }

  /**
   * Reads a specification.
   *
   * @param specification null, empty or {@code s} for the plain value of any type
   * @param of the type that will be formatted
   * @throws ExpressionException when it is not understood or does not fit the type
   */
  static Format of(String specification, FieldType of) {
    if (specification == null || specification.isEmpty() || specification.equals("s")) {
      return PLAIN;
    }
    Matcher parts = SYNTAX.matcher(specification);
    if (!parts.matches()) {
      throw new ExpressionException(
          "format '" + specification + "' is not understood; expected one such as .2f, d or s");
    }
    Format format = new Format(parts, of);
    if (!format.fits(of)) {
      throw new ExpressionException("format '" + specification + "' does not fit a " + of.text());
    }
    return format;
  }

  private boolean fits(FieldType of) {
    return switch (of) {
      case LONG -> type != 's' && (precision < 0 || type != 'd' && type != '\0');
      case DOUBLE -> type != 's' && type != 'd' && (precision < 0 || type != '\0');
      case STRING, TIMESTAMP, BOOLEAN ->
          (type == 's' || type == '\0') && group == '\0' && align != '=' && sign == '-';
    };
  }

  /** Appends a value: Double, Long, String, Boolean or null. */
  void append(StringBuilder out, Object value, FieldType of) {
    if (this == PLAIN && value instanceof String text) {
      out.append(text);
    } else if (value == null) {
      pad(out, "", "None");
    } else if (of == FieldType.LONG && (type == '\0' || type == 'd')) {
      BigDecimal number = BigDecimal.valueOf((Long) value);
      pad(out, signOf(number.signum() < 0), Decimals.grouped(number.abs().toPlainString(), group));
    } else if (value instanceof Number number && of != FieldType.TIMESTAMP) {
      appendDouble(out, number.doubleValue());
    } else {
      pad(out, "", truncated(textOf(value, of)));
    }
  }

  private static String textOf(Object value, FieldType of) {
    return switch (of) {
      case TIMESTAMP -> Instant.ofEpochMilli((Long) value).toString();
      case BOOLEAN -> (Boolean) value ? "True" : "False";
      default -> value.toString();
    };
  }

  private String truncated(String text) {
    return precision < 0 || text.codePointCount(0, text.length()) <= precision
        ? text
        : text.substring(0, text.offsetByCodePoints(0, precision));
  }

  private void appendDouble(StringBuilder out, double value) {
    // The sign bit, so that -0.0 and what rounds to it keep their sign, as in Python.
    boolean negative = !Double.isNaN(value) && Double.doubleToRawLongBits(value) < 0;
    double size = type == '%' ? Math.abs(value) * 100 : Math.abs(value);
    pad(out, signOf(negative), Decimals.grouped(digitsOf(size), group));
  }

  private String digitsOf(double size) {
    if (!Double.isFinite(size)) {
      String name = Double.isNaN(size) ? "nan" : "inf";
      name = type == 'F' || type == 'E' ? name.toUpperCase(Locale.ROOT) : name;
      return type == '%' ? name + "%" : name;
    }
    int places = precision < 0 ? 6 : precision;
    return switch (type) {
      case '\0' -> Decimals.shortest(size);
      case 'e', 'E' -> Decimals.scientific(size, places, type);
      case '%' -> Decimals.fixed(size, places) + "%";
      default -> Decimals.fixed(size, places);
    };
  }

  private String signOf(boolean negative) {
    return negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
  }

  private void pad(StringBuilder out, String signText, String digits) {
    int missing = width - signText.length() - digits.codePointCount(0, digits.length());
    if (missing <= 0) {
      out.append(signText).append(digits);
      return;
    }
    String filling = String.valueOf(fill).repeat(missing);
    switch (align) {
      case '<' -> out.append(signText).append(digits).append(filling);
      case '>' -> out.append(filling).append(signText).append(digits);
      case '=' -> out.append(signText).append(filling).append(digits);
      default ->
          out.append(filling, 0, missing / 2)
              .append(signText)
              .append(digits)
              .append(filling, missing / 2, missing);
    }
  }
}
