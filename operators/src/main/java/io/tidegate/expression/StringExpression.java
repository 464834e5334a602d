package io.tidegate.expression;

import io.tidegate.event.FieldType;

/** A node whose value is a string. */
abstract class StringExpression extends Expression {
  StringExpression() {
    super(FieldType.STRING);
  }

  @Override
  public abstract String asString(Scope scope);
}
