package io.tidegate.expression;

import io.tidegate.event.FieldType;

/** A node whose value is a double. */
abstract class DoubleExpression extends Expression {
  DoubleExpression() {
    super(FieldType.DOUBLE);
  }

  @Override
  public abstract double asDouble(Scope scope);
}
