package io.tidegate.expression;

import io.tidegate.event.FieldType;

/** A node whose value is a long or a timestamp in epoch ms; read as a double where one is asked. */
abstract class LongExpression extends Expression {
  LongExpression() {
    super(FieldType.LONG);
  }

  LongExpression(FieldType type) {
    super(type);
  }

  @Override
  public abstract long asLong(Scope scope);

  @Override
  public final double asDouble(Scope scope) {
    return asLong(scope);
  }
}
