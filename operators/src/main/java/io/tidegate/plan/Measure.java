package io.tidegate.plan;

import io.tidegate.event.FieldType;
import io.tidegate.expression.Expression;

/**
 * A value that a rule computes of a match.
 *
 * @param name its name
 * @param expression what it is
 */
public record Measure(String name, Expression expression) {
  /** The type of the value. */
  public FieldType type() {
    return expression.type();
  }
}
