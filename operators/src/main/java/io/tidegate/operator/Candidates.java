package io.tidegate.operator;

import java.util.Arrays;

/**
 * The rules that an event may begin a match of, by state id. Filled anew for every event, so it is
 * valid until the next is asked about.
 */
final class Candidates {
  private HostedRule[] rules;
  private int size;

  Candidates(int capacity) {
    rules = new HostedRule[capacity];
  }

  /** Number of rules. */
  int size() {
    return size;
  }

  /** One of them, from 0. */
  HostedRule rule(int at) {
    return rules[at];
  }

  void clear() {
    size = 0;
  }

  void add(HostedRule rule) {
    if (size == rules.length) {
      rules = Arrays.copyOf(rules, Math.max(4, 2 * size));
    }
    rules[size++] = rule;
  }
}
