package io.tidegate.expression;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.event.FieldType;

/** A constant that stays as it is. */
final class Literal extends Constant {
  private Literal(FieldType type, Object value) {
    super(type, value);
  }

  /**
   * Reads a constant of a type.
   *
   * @throws ExpressionException when the JSON value is not of that type
   */
  static Literal of(JsonNode value, FieldType type) {
    return new Literal(type, value.isNull() ? null : read(value, type));
  }

  /** The constant that a node depending on nothing but literals evaluates to. */
  static Literal fold(Expression node) {
    return new Literal(node.type(), node.value(new Scope()));
  }

  /**
   * A value of a type: Double, Long, String or Boolean.
   *
   * @throws ExpressionException when the JSON value is not of that type
   */
  static Object read(JsonNode value, FieldType type) {
    boolean fits =
        switch (type) {
          case BOOLEAN -> value.isBoolean();
          case STRING -> value.isTextual();
          case DOUBLE -> value.isNumber();
          case LONG, TIMESTAMP -> value.isIntegralNumber() && value.canConvertToLong();
        };
    if (!fits) {
      throw new ExpressionException(value + " is not a " + type.text());
    }
    return switch (type) {
      case BOOLEAN -> (Object) value.booleanValue();
      case STRING -> value.textValue();
      case DOUBLE -> (Object) value.doubleValue();
      case LONG, TIMESTAMP -> (Object) value.longValue();
    };
  }

  @Override
  void use(Runnable user) {
    user.run();
  }

  @Override
  boolean variesByKey() {
    return false;
  }

  @Override
  boolean mayBeMissing() {
    return missing();
  }
}
