package io.tidegate.operator;

import java.util.Objects;

/** What the pattern operator is keyed by. Immutable but for a note of {@link PendingKeys}. */
public final class RoutedKey {
  /** In place of a key expression: what is routed is no event but a mark, see {@link BeatMarks}. */
  static final int MARK = -1;

  private final int expression;
  private final String text;

  /** Where {@link PendingKeys} holds events of this key, found without a look-up; may be null. */
  PendingEvents pending;

  /**
   * A key.
   *
   * @param expression index of the key expression
   * @param text the key
   */
  public RoutedKey(int expression, String text) {
    this.expression = expression;
    this.text = Objects.requireNonNull(text, "text");
  }

  /** Index of the key expression. */
  public int expression() {
    return expression;
  }

  /** The key. */
  public String text() {
    return text;
  }

  @Override
  public int hashCode() {
    return 31 * text.hashCode() + expression;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof RoutedKey that
            && expression == that.expression
            && text.equals(that.text);
  }

  @Override
  public String toString() {
    return text + " under key expression " + expression;
  }
}
