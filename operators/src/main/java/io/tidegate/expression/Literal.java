package io.tidegate.expression;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.event.FieldType;

/** A constant, or null. */
final class Literal extends Expression {
  private final boolean missing;
  private final double number;
  private final long integer;
  private final String text;

  private Literal(FieldType type, boolean missing, double number, long integer, String text) {
    super(type);
    this.missing = missing;
    this.number = number;
    this.integer = integer;
    this.text = text;
  }

  /**
   * Reads a constant of a type.
   *
   * @throws ExpressionException when the JSON value is not of that type
   */
  static Literal of(JsonNode value, FieldType type) {
    if (value.isNull()) {
      return new Literal(type, true, 0, 0, null);
    }
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
      case BOOLEAN -> new Literal(type, false, 0, Truth.of(value.booleanValue()), null);
      case STRING -> new Literal(type, false, 0, 0, value.textValue());
      case DOUBLE -> new Literal(type, false, value.doubleValue(), 0, null);
      case LONG, TIMESTAMP -> new Literal(type, false, value.longValue(), value.longValue(), null);
    };
  }

  /** The constant that a node depending on nothing but constants evaluates to. */
  static Literal fold(Expression node) {
    Object value = node.value(new Scope());
    FieldType type = node.type();
    if (value == null) {
      return new Literal(type, true, 0, 0, null);
    }
    if (value instanceof Double d) {
      return new Literal(type, false, d, 0, null);
    }
    if (value instanceof Long l) {
      return new Literal(type, false, l, l, null);
    }
    if (value instanceof Boolean b) {
      return new Literal(type, false, 0, Truth.of(b), null);
    }
    return new Literal(type, false, 0, 0, (String) value);
  }

  /** Whether the constant is null. */
  boolean missing() {
    return missing;
  }

  @Override
  public double asDouble(Scope scope) {
    return missing ? scope.unknownDouble() : number;
  }

  @Override
  public long asLong(Scope scope) {
    return missing ? scope.unknownLong() : integer;
  }

  @Override
  public String asString(Scope scope) {
    return text;
  }

  @Override
  public int asTruth(Scope scope) {
    return missing ? Truth.UNKNOWN : (int) integer;
  }

  double number() {
    return number;
  }

  long integer() {
    return integer;
  }

  String text() {
    return text;
  }
}
