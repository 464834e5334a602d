package io.tidegate.operator;

/**
 * What the pattern operator is keyed by.
 *
 * @param expression index of the key expression
 * @param text the key
 */
public record RoutedKey(int expression, String text) {
  @Override
  public int hashCode() {
    return 31 * text.hashCode() + expression;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RoutedKey that
        && expression == that.expression
        && text.equals(that.text);
  }
}
