package io.tidegate.expression;

/** The three truth values of SQL, as ints so that a condition returns one without boxing. */
public final class Truth {
  public static final int FALSE = 0;
  public static final int TRUE = 1;
  public static final int UNKNOWN = 2;

  private Truth() {}

  /** The truth value of a Java boolean. */
  public static int of(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** Kleene negation. */
  public static int not(int truth) {
    return truth == UNKNOWN ? UNKNOWN : 1 - truth;
  }
}
