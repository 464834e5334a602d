package io.tidegate.expression;

import io.tidegate.event.FieldType;

/** A node whose value is true, false or unknown. */
abstract class BooleanExpression extends Expression {
  BooleanExpression() {
    super(FieldType.BOOLEAN);
  }

  @Override
  public abstract int asTruth(Scope scope);
}
