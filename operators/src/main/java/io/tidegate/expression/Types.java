package io.tidegate.expression;

import io.tidegate.event.FieldType;

/** Rules about types. */
final class Types {
  private Types() {}

  static boolean numeric(FieldType type) {
    return type == FieldType.LONG || type == FieldType.DOUBLE;
  }

  /** Whether a node of this type answers {@code asLong}. */
  static boolean integral(FieldType type) {
    return type == FieldType.LONG || type == FieldType.TIMESTAMP;
  }

  /**
   * The node with the declared type.
   *
   * @throws ExpressionException when the node's own type is neither that nor convertible to it
   */
  static Expression declared(Expression node, FieldType declared, String what) {
    if (node.type() == declared) {
      return node;
    }
    if (declared == FieldType.DOUBLE && node.type() == FieldType.LONG) {
      return toDouble(node);
    }
    throw new ExpressionException(
        what + " is " + node.type().text() + ", but is declared as " + declared.text());
  }

  static Expression toDouble(Expression node) {
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        return node.asDouble(scope);
      }
    };
  }
}
