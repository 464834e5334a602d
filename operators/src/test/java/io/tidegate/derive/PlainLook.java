package io.tidegate.derive;

import static io.tidegate.derive.Trades.LIMITS;
import static io.tidegate.derive.Trades.TRADES;
import static io.tidegate.derive.Trades.value;

import io.tidegate.derive.Trades.Specification;
import io.tidegate.event.Event;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a derived field has to be, by a plain look at all events before. */
final class PlainLook {
  private PlainLook() {}

  /** The value that an event gets; null for none. */
  static Object at(Specification one, List<Event> before, Event event) {
    if (one.function() == DerivedFunction.LATEST) {
      Object latest = null;
      for (Event earlier : before) {
        latest = earlier.stream == LIMITS ? value(earlier, one.field()) : latest;
      }
      return latest;
    }
    List<Event> seen = new ArrayList<>(before.stream().filter(e -> e.stream == TRADES).toList());
    if (one.current()) {
      seen.add(event);
    }
    if (one.events() > 0) {
      seen = seen.subList(Math.max(0, seen.size() - one.events()), seen.size());
    } else {
      seen = seen.stream().filter(e -> e.timestamp > event.timestamp - one.rangeMs()).toList();
    }
    if (one.field() == null) {
      return (long) seen.size();
    }
    List<Object> values =
        seen.stream().map(e -> value(e, one.field())).filter(Objects::nonNull).toList();
    return switch (one.function()) {
      case COUNT -> (long) values.size();
      case DISTINCT ->
          values.stream()
              .map(v -> v instanceof Double d ? (Object) (d + 0.0) : v)
              .distinct()
              .count();
      case PREVIOUS -> values.isEmpty() ? null : values.get(0);
      case MIN, MAX -> extreme(one.function() == DerivedFunction.MIN, values);
      default -> moment(one, values);
    };
  }

  private static Object extreme(boolean least, List<Object> values) {
    if (values.isEmpty()) {
      return null;
    }
    if (values.get(0) instanceof Long) {
      var numbers = values.stream().mapToLong(v -> (Long) v);
      return least ? numbers.min().getAsLong() : numbers.max().getAsLong();
    }
    var numbers = values.stream().map(v -> (Double) v);
    return least
        ? numbers.reduce(Math::min).orElseThrow()
        : numbers.reduce(Math::max).orElseThrow();
  }

  private static Object moment(Specification one, List<Object> values) {
    boolean longs = one.field().equals("volume");
    if (one.function() == DerivedFunction.SUM && longs) {
      return values.stream().mapToLong(v -> (Long) v).sum();
    }
    int least =
        one.function() == DerivedFunction.SUM ? 0 : one.function() == DerivedFunction.AVG ? 1 : 2;
    if (values.size() < least) {
      return null;
    }
    if (values.stream().anyMatch(v -> v instanceof Double d && d.isNaN())) {
      return Double.NaN;
    }
    // A standard deviation sees a long as the nearest double.
    boolean rounds = longs && one.function() == DerivedFunction.STDDEV;
    List<BigDecimal> numbers =
        values.stream()
            .map(
                v ->
                    v instanceof Long l
                        ? rounds ? new BigDecimal((double) l) : BigDecimal.valueOf(l)
                        : new BigDecimal((Double) v))
            .toList();
    BigDecimal sum = numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    if (one.function() == DerivedFunction.SUM) {
      return sum.doubleValue();
    }
    if (one.function() == DerivedFunction.AVG) {
      return sum.doubleValue() / values.size();
    }
    BigDecimal n = BigDecimal.valueOf(values.size());
    BigDecimal squares =
        numbers.stream().map(x -> x.multiply(x)).reduce(BigDecimal.ZERO, BigDecimal::add);
    double spread =
        n.multiply(squares).subtract(sum.multiply(sum)).round(MathContext.UNLIMITED).doubleValue();
    return Math.sqrt(spread / ((double) values.size() * (values.size() - 1)));
  }
}
