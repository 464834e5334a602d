package io.tidegate.expression;

import io.tidegate.event.FieldType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * Nodes that compute numbers. A null operand makes the result null; {@code div} and {@code mod} by
 * zero are null; longs wrap around on overflow; doubles follow IEEE 754.
 */
final class Arithmetic {
  private Arithmetic() {}

  /** {@code add}, {@code sub}, {@code mul}, {@code mod}: long for longs, else double. */
  static Expression binary(String name, Expression a, Expression b) {
    Expression time = onTimestamps(name, a, b);
    if (time != null) {
      return time;
    }
    requireNumbers(name, List.of(a, b));
    boolean longs = a.type() == FieldType.LONG && b.type() == FieldType.LONG;
    return longs ? onLongs(name, FieldType.LONG, a, b) : onDoubles(name, a, b);
  }

  private static Expression onTimestamps(String name, Expression a, Expression b) {
    boolean left = a.type() == FieldType.TIMESTAMP;
    boolean right = b.type() == FieldType.TIMESTAMP;
    if (left && right && name.equals("sub")) {
      return onLongs(name, FieldType.LONG, a, b);
    }
    boolean shifted = left && b.type() == FieldType.LONG && !name.startsWith("m");
    boolean added = right && a.type() == FieldType.LONG && name.equals("add");
    return shifted || added ? onLongs(name, FieldType.TIMESTAMP, a, b) : null;
  }

  private static Expression onLongs(String name, FieldType type, Expression a, Expression b) {
    return switch (name) {
      case "add" ->
          new LongExpression(type) {
            @Override
            public long asLong(Scope scope) {
              return a.asLong(scope) + b.asLong(scope);
            }
          };
      case "sub" ->
          new LongExpression(type) {
            @Override
            public long asLong(Scope scope) {
              return a.asLong(scope) - b.asLong(scope);
            }
          };
      case "mul" ->
          new LongExpression(type) {
            @Override
            public long asLong(Scope scope) {
              return a.asLong(scope) * b.asLong(scope);
            }
          };
      default ->
          new LongExpression(type) {
            @Override
            public long asLong(Scope scope) {
              long dividend = a.asLong(scope);
              long divisor = b.asLong(scope);
              return divisor == 0 ? scope.unknownLong() : dividend % divisor;
            }
          };
    };
  }

  private static Expression onDoubles(String name, Expression a, Expression b) {
    return switch (name) {
      case "add" ->
          new DoubleExpression() {
            @Override
            public double asDouble(Scope scope) {
              return a.asDouble(scope) + b.asDouble(scope);
            }
          };
      case "sub" ->
          new DoubleExpression() {
            @Override
            public double asDouble(Scope scope) {
              return a.asDouble(scope) - b.asDouble(scope);
            }
          };
      case "mul" ->
          new DoubleExpression() {
            @Override
            public double asDouble(Scope scope) {
              return a.asDouble(scope) * b.asDouble(scope);
            }
          };
      default ->
          new DoubleExpression() {
            @Override
            public double asDouble(Scope scope) {
              double dividend = a.asDouble(scope);
              double divisor = b.asDouble(scope);
              return divisor == 0 ? scope.unknownDouble() : dividend % divisor;
            }
          };
    };
  }

  /** {@code a / b}, always double. */
  static Expression divide(Expression a, Expression b) {
    requireNumbers("div", List.of(a, b));
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        double dividend = a.asDouble(scope);
        double divisor = b.asDouble(scope);
        return divisor == 0 ? scope.unknownDouble() : dividend / divisor;
      }
    };
  }

  static Expression power(Expression base, Expression exponent) {
    requireNumbers("pow", List.of(base, exponent));
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        return Math.pow(base.asDouble(scope), exponent.asDouble(scope));
      }
    };
  }

  /** The square root; NaN of a negative number. */
  static Expression squareRoot(Expression a) {
    requireNumbers("sqrt", List.of(a));
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        return Math.sqrt(a.asDouble(scope));
      }
    };
  }

  /** {@code neg} and {@code abs}, of the operand's type. */
  static Expression sign(boolean absolute, Expression a) {
    requireNumbers(absolute ? "abs" : "neg", List.of(a));
    if (a.type() == FieldType.LONG) {
      return new LongExpression() {
        @Override
        public long asLong(Scope scope) {
          long value = a.asLong(scope);
          return absolute ? Math.abs(value) : -value;
        }
      };
    }
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        double value = a.asDouble(scope);
        return absolute ? Math.abs(value) : -value;
      }
    };
  }

  /** The least or the greatest of several numbers, or of several timestamps. */
  static Expression extreme(boolean least, List<Expression> operands) {
    FieldType type = operands.get(0).type();
    boolean integral =
        Types.integral(type) && operands.stream().allMatch(operand -> operand.type() == type);
    if (integral) {
      return new LongExpression(type) {
        @Override
        public long asLong(Scope scope) {
          long result = operands.get(0).asLong(scope);
          for (int i = 1; i < operands.size(); i++) {
            long value = operands.get(i).asLong(scope);
            result = least ? Math.min(result, value) : Math.max(result, value);
          }
          return result;
        }
      };
    }
    requireNumbers(least ? "min" : "max", operands);
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        double result = operands.get(0).asDouble(scope);
        for (int i = 1; i < operands.size(); i++) {
          double value = operands.get(i).asDouble(scope);
          result = least ? Math.min(result, value) : Math.max(result, value);
        }
        return result;
      }
    };
  }

  /**
   * {@code round}, {@code floor}, {@code ceil} to a whole number. Halves go to the even neighbour,
   * as in Python. As a long the result is clamped to the range of longs.
   *
   * @param declared LONG or DOUBLE
   */
  static Expression whole(String name, Expression a, FieldType declared) {
    requireNumbers(name, List.of(a));
    if (a.type() == FieldType.LONG) {
      return a;
    }
    DoubleExpression rounded =
        new DoubleExpression() {
          @Override
          public double asDouble(Scope scope) {
            double value = a.asDouble(scope);
            return switch (name) {
              case "round" -> Math.rint(value);
              case "floor" -> Math.floor(value);
              default -> Math.ceil(value);
            };
          }
        };
    if (declared != FieldType.LONG) {
      return rounded;
    }
    return new LongExpression() {
      @Override
      public long asLong(Scope scope) {
        double value = rounded.asDouble(scope);
        return Double.isNaN(value) ? scope.unknownLong() : (long) value;
      }
    };
  }

  /**
   * {@code round(a, digits)} of the double's exact value, halves to the even neighbour.
   *
   * @throws ExpressionException when {@code digits} is not a constant from 0 to 15
   */
  static Expression round(Expression a, Expression digits) {
    requireNumbers("round", List.of(a));
    if (!(digits instanceof Literal count)
        || count.type() != FieldType.LONG
        || count.missing()
        || count.integer() < 0
        || count.integer() > 15) {
      throw new ExpressionException("round takes a constant number of digits from 0 to 15");
    }
    if (a.type() == FieldType.LONG) {
      return a;
    }
    int scale = (int) count.integer();
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        double value = a.asDouble(scope);
        return Double.isFinite(value)
            ? new BigDecimal(value).setScale(scale, RoundingMode.HALF_EVEN).doubleValue()
            : value;
      }
    };
  }

  /** The number as a double; of a string the number it spells, null when it spells none. */
  static Expression toDouble(Expression a) {
    if (a.type() == FieldType.STRING) {
      return new DoubleExpression() {
        @Override
        public double asDouble(Scope scope) {
          String text = a.asString(scope);
          if (text == null) {
            return scope.unknownDouble();
          }
          try {
            return Double.parseDouble(text);
          } catch (NumberFormatException e) {
            return scope.unknownDouble();
          }
        }
      };
    }
    requireNumbers("to_double", List.of(a));
    return a.type() == FieldType.DOUBLE ? a : Types.toDouble(a);
  }

  static void requireNumbers(String name, List<Expression> operands) {
    for (Expression operand : operands) {
      if (!Types.numeric(operand.type())) {
        throw new ExpressionException(name + " takes numbers, found " + operand.type().text());
      }
    }
  }
}
