package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Nodes that aggregate a field over the events that a stage has taken. Null fields are left out; of
 * no values the sum is 0, the count 0, and {@code min}, {@code max}, {@code avg} are null.
 */
final class StageAggregate {
  private StageAggregate() {}

  static Expression count(int stage) {
    return new LongExpression() {
      @Override
      public long asLong(Scope scope) {
        return scope.matched.count(stage);
      }
    };
  }

  /**
   * {@code sum}, {@code min}, {@code max} of the field's type, {@code avg} as a double, or {@code
   * distinct}, the number of distinct values.
   *
   * @throws ExpressionException when the aggregate does not go with the field's type
   */
  static Expression of(String name, int stage, FieldReader reader) {
    FieldType type = reader.type();
    switch (name) {
      case "distinct":
        return distinct(stage, reader);
      case "min", "max":
        require(Types.numeric(type) || type == FieldType.TIMESTAMP, name, type);
        return Types.integral(type)
            ? longExtreme(name.equals("min"), stage, reader)
            : doubleExtreme(name.equals("min"), stage, reader);
      case "sum":
        require(Types.numeric(type), name, type);
        return type == FieldType.LONG ? longSum(stage, reader) : doubleSum(stage, reader);
      case "avg":
        require(Types.numeric(type), name, type);
        return average(stage, reader);
      default:
        throw new ExpressionException(
            "'" + name + "' is no aggregate; there are count, sum, min, max, avg, distinct");
    }
  }

  private static void require(boolean holds, String name, FieldType type) {
    if (!holds) {
      throw new ExpressionException(name + " takes numbers, found " + type.text());
    }
  }

  /** Visits the non-null values of a stage; one object per node, so a visit allocates nothing. */
  private abstract static class Fold implements Consumer<Event> {
    final FieldReader reader;
    long count;
    double number;
    long integer;

    Fold(FieldReader reader) {
      this.reader = reader;
    }

    abstract void add(Event event);

    @Override
    public final void accept(Event event) {
      if (!reader.isNull(event)) {
        add(event);
        count++;
      }
    }

    Fold over(Scope scope, int stage) {
      count = 0;
      number = 0;
      integer = 0;
      scope.matched.forEach(stage, this);
      return this;
    }
  }

  private static Expression longSum(int stage, FieldReader reader) {
    Fold fold =
        new Fold(reader) {
          @Override
          void add(Event event) {
            integer += reader.longOf(event);
          }
        };
    return new LongExpression() {
      @Override
      public long asLong(Scope scope) {
        return fold.over(scope, stage).integer;
      }
    };
  }

  private static Fold doubleSumFold(FieldReader reader) {
    return new Fold(reader) {
      @Override
      void add(Event event) {
        number += reader.doubleOf(event);
      }
    };
  }

  private static Expression doubleSum(int stage, FieldReader reader) {
    Fold fold = doubleSumFold(reader);
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        return fold.over(scope, stage).number;
      }
    };
  }

  private static Expression average(int stage, FieldReader reader) {
    Fold fold = doubleSumFold(reader);
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        fold.over(scope, stage);
        return fold.count == 0 ? scope.unknownDouble() : fold.number / fold.count;
      }
    };
  }

  private static Expression longExtreme(boolean least, int stage, FieldReader reader) {
    Fold fold =
        new Fold(reader) {
          @Override
          void add(Event event) {
            long value = reader.longOf(event);
            boolean better = count == 0 || (least ? value < integer : value > integer);
            integer = better ? value : integer;
          }
        };
    return new LongExpression(reader.type()) {
      @Override
      public long asLong(Scope scope) {
        fold.over(scope, stage);
        return fold.count == 0 ? scope.unknownLong() : fold.integer;
      }
    };
  }

  private static Expression doubleExtreme(boolean least, int stage, FieldReader reader) {
    Fold fold =
        new Fold(reader) {
          @Override
          void add(Event event) {
            double value = reader.doubleOf(event);
            if (count == 0) {
              number = value;
            } else {
              number = least ? Math.min(number, value) : Math.max(number, value);
            }
          }
        };
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        fold.over(scope, stage);
        return fold.count == 0 ? scope.unknownDouble() : fold.number;
      }
    };
  }

  private static Expression distinct(int stage, FieldReader reader) {
    Set<Object> values = new HashSet<>();
    Fold fold =
        new Fold(reader) {
          @Override
          void add(Event event) {
            values.add(
                switch (reader.type()) {
                  case STRING -> reader.stringOf(event);
                  // Adding 0.0 makes -0.0 and 0.0, which compare equal, one value.
                  case DOUBLE -> reader.doubleOf(event) + 0.0;
                  default -> reader.longOf(event);
                });
          }
        };
    return new LongExpression() {
      @Override
      public long asLong(Scope scope) {
        values.clear();
        fold.over(scope, stage);
        return values.size();
      }
    };
  }
}
