package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Nodes that compare: {@code eq} to {@code ge}, {@code between}, {@code in}, {@code is_null}. */
final class Comparisons {
  private Comparisons() {}

  /**
   * {@code left op right}; unknown when an operand is null.
   *
   * @throws ExpressionException when the operands cannot be compared
   */
  static Expression compare(Comparison op, Expression left, Expression right) {
    requireComparable(left, right);
    EventPredicate special = FieldPredicates.compare(op, left, right);
    return special != null ? special : generic(op, left, right);
  }

  /** The comparison without specialisation. */
  static Expression generic(Comparison op, Expression left, Expression right) {
    if (left.type() == FieldType.STRING) {
      return ofStrings(op, left, right);
    }
    if (left.type() == FieldType.BOOLEAN) {
      return ofBooleans(op, left, right);
    }
    return Types.integral(left.type()) && Types.integral(right.type())
        ? ofLongs(op, left, right)
        : ofDoubles(op, left, right);
  }

  private static void requireComparable(Expression left, Expression right) {
    boolean comparable =
        left.type() == right.type() || Types.numeric(left.type()) && Types.numeric(right.type());
    if (!comparable) {
      throw new ExpressionException(
          "cannot compare " + left.type().text() + " with " + right.type().text());
    }
  }

  private static Expression ofDoubles(Comparison op, Expression left, Expression right) {
    return new BooleanExpression() {
      @Override
      public int asTruth(Scope scope) {
        double a = left.asDouble(scope);
        double b = right.asDouble(scope);
        return scope.takeUnknown() ? Truth.UNKNOWN : Truth.of(op.test(a, b));
      }
    };
  }

  private static Expression ofLongs(Comparison op, Expression left, Expression right) {
    return new BooleanExpression() {
      @Override
      public int asTruth(Scope scope) {
        long a = left.asLong(scope);
        long b = right.asLong(scope);
        return scope.takeUnknown() ? Truth.UNKNOWN : Truth.of(op.test(a, b));
      }
    };
  }

  private static Expression ofStrings(Comparison op, Expression left, Expression right) {
    return new BooleanExpression() {
      @Override
      public int asTruth(Scope scope) {
        String a = left.asString(scope);
        String b = right.asString(scope);
        return a == null || b == null ? Truth.UNKNOWN : Truth.of(op.test(a, b));
      }
    };
  }

  private static Expression ofBooleans(Comparison op, Expression left, Expression right) {
    return new BooleanExpression() {
      @Override
      public int asTruth(Scope scope) {
        long a = left.asTruth(scope);
        long b = right.asTruth(scope);
        return a == Truth.UNKNOWN || b == Truth.UNKNOWN ? Truth.UNKNOWN : Truth.of(op.test(a, b));
      }
    };
  }

  /** {@code low <= value <= high}: the conjunction of two comparisons. */
  static Expression between(Expression value, Expression low, Expression high) {
    requireComparable(value, low);
    requireComparable(value, high);
    EventPredicate special = FieldPredicates.between(value, low, high);
    return special != null
        ? special
        : Logic.and(
            List.of(compare(Comparison.GE, value, low), compare(Comparison.LE, value, high)));
  }

  /** {@code value in (options)}: as in SQL, unknown when it is not found and an option is null. */
  static Expression in(Expression value, List<Expression> options) {
    options.forEach(option -> requireComparable(value, option));
    FieldReader reader = CurrentField.readerOf(value);
    if (reader != null && value.type() == FieldType.STRING && allPresent(options)) {
      Set<String> texts = new HashSet<>();
      for (Expression option : options) {
        texts.add(((Literal) option).text());
      }
      return new FieldPredicates.StringIn(reader, texts);
    }
    return Logic.or(options.stream().map(option -> compare(Comparison.EQ, value, option)).toList());
  }

  private static boolean allPresent(List<Expression> options) {
    return options.stream().allMatch(o -> o instanceof Literal literal && !literal.missing());
  }

  /** Whether a value is null; never unknown itself. */
  static Expression isNull(Expression value) {
    FieldReader reader = CurrentField.readerOf(value);
    if (reader != null) {
      return new EventPredicate() {
        @Override
        int truthOf(Event event) {
          return Truth.of(reader.isNull(event));
        }
      };
    }
    return new BooleanExpression() {
      @Override
      public int asTruth(Scope scope) {
        return Truth.of(value.isNull(scope));
      }
    };
  }
}
