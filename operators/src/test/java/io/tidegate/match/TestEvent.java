package io.tidegate.match;

import java.io.Serializable;

/**
 * An event of the tests.
 *
 * @param id its number in the input
 * @param timestamp event time, ms
 * @param kind small number that conditions look at
 * @param value number that iterative conditions look at
 */
record TestEvent(int id, long timestamp, int kind, int value) implements Serializable {
  @Override
  public String toString() {
    return id + "@" + timestamp + ":" + (char) ('a' + kind) + value;
  }
}
