package io.tidegate.expression;

import io.tidegate.event.FieldType;
import java.util.List;

/** The first of several values that is not null. */
final class Coalesce {
  private Coalesce() {}

  /**
   * The node of the values' common type.
   *
   * @throws ExpressionException when they have none
   */
  static Expression of(List<Expression> values) {
    FieldType type = values.get(0).type();
    for (Expression value : values) {
      if (value.type() != type) {
        if (!Types.numeric(value.type()) || !Types.numeric(type)) {
          throw new ExpressionException(
              "coalesce takes values of one type, found "
                  + type.text()
                  + " and "
                  + value.type().text());
        }
        type = FieldType.DOUBLE;
      }
    }
    Expression[] options = values.toArray(Expression[]::new);
    return switch (type) {
      case DOUBLE -> ofDoubles(options);
      case LONG, TIMESTAMP -> ofLongs(type, options);
      case STRING -> ofStrings(options);
      case BOOLEAN -> ofBooleans(options);
    };
  }

  private static Expression ofDoubles(Expression[] options) {
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        // A sibling evaluated before may have marked the sum we are part of as null.
        boolean before = scope.takeUnknown();
        for (Expression option : options) {
          double value = option.asDouble(scope);
          if (!scope.takeUnknown()) {
            scope.unknown = before;
            return value;
          }
        }
        return scope.unknownDouble();
      }
    };
  }

  private static Expression ofLongs(FieldType type, Expression[] options) {
    return new LongExpression(type) {
      @Override
      public long asLong(Scope scope) {
        // A sibling evaluated before may have marked the sum we are part of as null.
        boolean before = scope.takeUnknown();
        for (Expression option : options) {
          long value = option.asLong(scope);
          if (!scope.takeUnknown()) {
            scope.unknown = before;
            return value;
          }
        }
        return scope.unknownLong();
      }
    };
  }

  private static Expression ofStrings(Expression[] options) {
    return new StringExpression() {
      @Override
      public String asString(Scope scope) {
        for (Expression option : options) {
          String value = option.asString(scope);
          if (value != null) {
            return value;
          }
        }
        return null;
      }
    };
  }

  private static Expression ofBooleans(Expression[] options) {
    return new BooleanExpression() {
      @Override
      public int asTruth(Scope scope) {
        for (Expression option : options) {
          int truth = option.asTruth(scope);
          if (truth != Truth.UNKNOWN) {
            return truth;
          }
        }
        return Truth.UNKNOWN;
      }
    };
  }
}
