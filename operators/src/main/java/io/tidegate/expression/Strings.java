package io.tidegate.expression;

import io.tidegate.event.FieldType;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

/** Nodes over strings; positions and lengths count code points, as in Python. */
final class Strings {
  private Strings() {}

  /** Compares by code point; Java's own order differs where surrogate pairs are involved. */
  static int compare(String a, String b) {
    int limit = Math.min(a.length(), b.length());
    for (int i = 0; i < limit; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean highX = Character.isSurrogate(x);
        boolean highY = Character.isSurrogate(y);
        return highX == highY ? Character.compare(x, y) : highX ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  static Expression changeCase(boolean upper, Expression a) {
    requireStrings(upper ? "upper" : "lower", List.of(a));
    return new StringExpression() {
      @Override
      public String asString(Scope scope) {
        String text = a.asString(scope);
        if (text == null) {
          return null;
        }
        return upper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
      }
    };
  }

  static Expression length(Expression a) {
    requireStrings("length", List.of(a));
    return new LongExpression() {
      @Override
      public long asLong(Scope scope) {
        String text = a.asString(scope);
        return text == null ? scope.unknownLong() : text.codePointCount(0, text.length());
      }
    };
  }

  /** {@code contains}, {@code starts_with}, {@code ends_with}. */
  static Expression search(String name, Expression text, Expression part) {
    requireStrings(name, List.of(text, part));
    BiPredicate<String, String> test =
        switch (name) {
          case "contains" -> String::contains;
          case "starts_with" -> String::startsWith;
          default -> String::endsWith;
        };
    return new BooleanExpression() {
      @Override
      public int asTruth(Scope scope) {
        String a = text.asString(scope);
        String b = part.asString(scope);
        return a == null || b == null ? Truth.UNKNOWN : Truth.of(test.test(a, b));
      }
    };
  }

  /** The strings one after the other; null when one of them is. */
  static Expression concat(List<Expression> parts) {
    requireStrings("concat", parts);
    return new StringExpression() {
      @Override
      public String asString(Scope scope) {
        StringBuilder text = new StringBuilder();
        for (Expression part : parts) {
          String next = part.asString(scope);
          if (next == null) {
            return null;
          }
          text.append(next);
        }
        return text.toString();
      }
    };
  }

  private static void requireStrings(String name, List<Expression> operands) {
    for (Expression operand : operands) {
      if (operand.type() != FieldType.STRING) {
        throw new ExpressionException(name + " takes strings, found " + operand.type().text());
      }
    }
  }
}
