package io.tidegate.derive;

import io.tidegate.event.FieldType;
import java.util.HashMap;
import java.util.Map;

/** Number of different values; both zeros are one value, and so are all NaNs. */
final class Distinct extends Summary {
  private final FieldType type;
  private final Map<Object, Integer> counts = new HashMap<>();

  Distinct(FieldType type) {
    this.type = type;
  }

  private Object value(long number, String text) {
    return switch (type) {
      case STRING -> text;
      // A zero of either sign becomes the positive one.
      case DOUBLE -> (Object) (Double.longBitsToDouble(number) + 0.0);
      default -> (Object) number;
    };
  }

  @Override
  void add(long number, String text) {
    counts.merge(value(number, text), 1, Integer::sum);
  }

  @Override
  void remove(long number, String text) {
    counts.computeIfPresent(value(number, text), (value, count) -> count == 1 ? null : count - 1);
  }

  @Override
  boolean isKnown(Samples values) {
    return true;
  }

  @Override
  long number(Samples values) {
    return counts.size();
  }
}
