package io.tidegate.expression;

import io.tidegate.event.FieldType;

/** A value that does not depend on what is matched: a literal, or what a parameter has now. */
abstract class Constant extends Expression {
  private boolean missing;
  private double number;
  private long integer;
  private String text;

  Constant(FieldType type, Object value) {
    super(type);
    set(value);
  }

  /** Takes a value of the type: Double, Long, String, Boolean or null. */
  final void set(Object value) {
    missing = value == null;
    text = null;
    number = 0;
    integer = 0;
    if (value instanceof String s) {
      text = s;
    } else if (value instanceof Boolean b) {
      integer = Truth.of(b);
    } else if (value instanceof Long l) {
      integer = l;
      number = l;
    } else if (value instanceof Double d) {
      number = d;
    }
  }

  /** Does something with the value, now and whenever it has changed. */
  abstract void use(Runnable user);

  /** Whether the value may differ from key to key. */
  abstract boolean variesByKey();

  /** Whether the value is null, or may become null. */
  abstract boolean mayBeMissing();

  /** Whether the value is null. */
  final boolean missing() {
    return missing;
  }

  final double number() {
    return number;
  }

  final long integer() {
    return integer;
  }

  final String text() {
    return text;
  }

  @Override
  public final double asDouble(Scope scope) {
    return missing ? scope.unknownDouble() : number;
  }

  @Override
  public final long asLong(Scope scope) {
    return missing ? scope.unknownLong() : integer;
  }

  @Override
  public final String asString(Scope scope) {
    return text;
  }

  @Override
  public final int asTruth(Scope scope) {
    return missing ? Truth.UNKNOWN : (int) integer;
  }
}
