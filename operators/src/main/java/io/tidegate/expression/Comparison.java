package io.tidegate.expression;

import java.util.Locale;

/** The six comparison operators. */
enum Comparison {
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE;

  /** The operator that a plan names. */
  static Comparison of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The operator with its operands exchanged: {@code a < b} is {@code b > a}. */
  Comparison mirrored() {
    return switch (this) {
      case LT -> GT;
      case LE -> GE;
      case GT -> LT;
      case GE -> LE;
      default -> this;
    };
  }

  boolean test(double a, double b) {
    return switch (this) {
      case EQ -> a == b;
      case NE -> a != b;
      case LT -> a < b;
      case LE -> a <= b;
      case GT -> a > b;
      case GE -> a >= b;
    };
  }

  boolean test(long a, long b) {
    return switch (this) {
      case EQ -> a == b;
      case NE -> a != b;
      case LT -> a < b;
      case LE -> a <= b;
      case GT -> a > b;
      case GE -> a >= b;
    };
  }

  boolean test(String a, String b) {
    return switch (this) {
      case EQ -> a.equals(b);
      case NE -> !a.equals(b);
      default -> test(Strings.compare(a, b), 0L);
    };
  }
}
