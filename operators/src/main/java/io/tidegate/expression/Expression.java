package io.tidegate.expression;

import io.tidegate.event.FieldType;

/**
 * A node of a compiled expression.
 *
 * <p>A node answers the accessors of its type: DOUBLE {@code asDouble}; LONG and TIMESTAMP {@code
 * asLong} and {@code asDouble}; STRING {@code asString}; BOOLEAN {@code asTruth}. A null string is
 * Java's null, a null boolean is {@link Truth#UNKNOWN}, and a null number is reported through the
 * scope, which only nodes of this package read; from outside use {@link #isNull} and {@link
 * #value}.
 */
public abstract class Expression {
  private final FieldType type;

  Expression(FieldType type) {
    this.type = type;
  }

  /** The type of the value. */
  public final FieldType type() {
    return type;
  }

  /** The value of a number; meaningless when it is null. */
  public double asDouble(Scope scope) {
    throw new IllegalStateException("a " + type + " expression has no double value");
  }

  /** The value of a LONG or, in epoch ms, of a TIMESTAMP; meaningless when it is null. */
  public long asLong(Scope scope) {
    throw new IllegalStateException("a " + type + " expression has no long value");
  }

  /** The value of a STRING, or null. */
  public String asString(Scope scope) {
    throw new IllegalStateException("a " + type + " expression has no string value");
  }

  /** The value of a BOOLEAN: one of {@link Truth}'s constants. */
  public int asTruth(Scope scope) {
    throw new IllegalStateException("a " + type + " expression has no truth value");
  }

  /** Whether the value is null. */
  public final boolean isNull(Scope scope) {
    return switch (type) {
      case STRING -> asString(scope) == null;
      case BOOLEAN -> asTruth(scope) == Truth.UNKNOWN;
      case DOUBLE -> {
        asDouble(scope);
        yield scope.takeUnknown();
      }
      case LONG, TIMESTAMP -> {
        asLong(scope);
        yield scope.takeUnknown();
      }
    };
  }

  /** The value as Double, Long (LONG, and TIMESTAMP in epoch ms), String, Boolean, or null. */
  public final Object value(Scope scope) {
    switch (type) {
      case STRING:
        return asString(scope);
      case BOOLEAN:
        int truth = asTruth(scope);
        return truth == Truth.UNKNOWN ? null : (Object) (truth == Truth.TRUE);
      case DOUBLE:
        double number = asDouble(scope);
        return scope.takeUnknown() ? null : (Object) number;
      default:
        long integer = asLong(scope);
        return scope.takeUnknown() ? null : (Object) integer;
    }
  }
}
