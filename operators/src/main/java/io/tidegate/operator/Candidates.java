package io.tidegate.operator;

/**
 * The rules that an event meets, by state id. Filled anew for every event, so it is valid until the
 * next is asked about.
 */
final class Candidates {
  private final HostedRule[] rules;
  private final int[] places;
  private final boolean[] begins;
  private int size;

  Candidates(int capacity) {
    rules = new HostedRule[capacity];
    places = new int[capacity];
    begins = new boolean[capacity];
  }

  /** Number of rules. */
  int size() {
    return size;
  }

  /** One of them, from 0. */
  HostedRule rule(int at) {
    return rules[at];
  }

  /** Its place among all rules of the index. */
  int place(int at) {
    return places[at];
  }

  /** Whether the event may begin a match of it. */
  boolean begins(int at) {
    return begins[at];
  }

  void clear() {
    size = 0;
  }

  void add(HostedRule rule, int place, boolean begin) {
    rules[size] = rule;
    places[size] = place;
    begins[size++] = begin;
  }
}
