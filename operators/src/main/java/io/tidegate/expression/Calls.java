package io.tidegate.expression;

import io.tidegate.event.FieldType;
import java.util.List;

/** The functions and operators by name. */
final class Calls {
  private static final int ANY = Integer.MAX_VALUE;

  private Calls() {}

  /**
   * The node of a call.
   *
   * @param name a name of the plan schema's list
   * @param a the arguments
   * @param declared the type that the plan gives the call
   * @throws ExpressionException when the name is unknown, or the arguments do not fit
   */
  static Expression of(String name, List<Expression> a, FieldType declared) {
    return switch (name) {
      case "and" -> Logic.and(several(name, a, 1, ANY));
      case "or" -> Logic.or(several(name, a, 1, ANY));
      case "not" -> Logic.not(one(name, a));
      case "eq", "ne", "lt", "le", "gt", "ge" -> {
        several(name, a, 2, 2);
        Comparison op = Comparison.of(name);
        yield Comparisons.compare(op, a.get(0), a.get(1));
      }
      case "between" -> {
        several(name, a, 3, 3);
        yield Comparisons.between(a.get(0), a.get(1), a.get(2));
      }
      case "in" -> {
        several(name, a, 2, ANY);
        yield Comparisons.in(a.get(0), a.subList(1, a.size()));
      }
      case "is_null" -> Comparisons.isNull(one(name, a));
      case "coalesce" -> Coalesce.of(several(name, a, 1, ANY));
      case "add", "sub", "mul", "mod" -> {
        several(name, a, 2, 2);
        yield Arithmetic.binary(name, a.get(0), a.get(1));
      }
      case "div" -> {
        several(name, a, 2, 2);
        yield Arithmetic.divide(a.get(0), a.get(1));
      }
      case "pow" -> {
        several(name, a, 2, 2);
        yield Arithmetic.power(a.get(0), a.get(1));
      }
      case "neg" -> Arithmetic.sign(false, one(name, a));
      case "abs" -> Arithmetic.sign(true, one(name, a));
      case "min" -> Arithmetic.extreme(true, several(name, a, 1, ANY));
      case "max" -> Arithmetic.extreme(false, several(name, a, 1, ANY));
      case "sqrt" -> Arithmetic.squareRoot(one(name, a));
      case "round" ->
          several(name, a, 1, 2).size() == 2
              ? Arithmetic.round(a.get(0), a.get(1))
              : Arithmetic.whole(name, a.get(0), declared);
      case "floor", "ceil" -> Arithmetic.whole(name, one(name, a), declared);
      case "to_double" -> Arithmetic.toDouble(one(name, a));
      case "lower" -> Strings.changeCase(false, one(name, a));
      case "upper" -> Strings.changeCase(true, one(name, a));
      case "length" -> Strings.length(one(name, a));
      case "contains", "starts_with", "ends_with" -> {
        several(name, a, 2, 2);
        yield Strings.search(name, a.get(0), a.get(1));
      }
      case "concat" -> Strings.concat(several(name, a, 1, ANY));
      case "hour" -> Calendar.hour(one(name, a));
      case "day_of_week" -> Calendar.dayOfWeek(one(name, a));
      case "speed_kmh" -> Geography.speedKmh(several(name, a, 6, 6));
      case "haversine_km" -> Geography.haversineKm(several(name, a, 4, 4));
      default -> throw new ExpressionException("no function '" + name + "'");
    };
  }

  private static Expression one(String name, List<Expression> arguments) {
    return several(name, arguments, 1, 1).get(0);
  }

  private static List<Expression> several(String name, List<Expression> a, int min, int max) {
    if (a.size() < min || a.size() > max) {
      String expected = min == max ? "" + min : max == ANY ? min + " or more" : min + " to " + max;
      throw new ExpressionException(
          name + " takes " + expected + " argument(s), found " + a.size());
    }
    return List.copyOf(a);
  }
}
