package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.match.MatcherState;
import java.util.Arrays;

/**
 * The rules that have something open for one key, ordered by state id.
 *
 * <p>Plain arrays: most keys have none or one, and a rule with nothing open costs nothing.
 */
final class OpenRules {
  private static final OpenRule[] NONE = {};

  private long[] ids = {};
  private OpenRule[] rules = NONE;
  private int size;
  private long earliest = Long.MAX_VALUE;

  int size() {
    return size;
  }

  /** The event time at which the first of them has something to do; MAX_VALUE when none has. */
  long earliestDeadline() {
    return earliest;
  }

  OpenRule at(int at) {
    return rules[at];
  }

  /** Where a rule's state is, or {@code -(where to insert it) - 1}. */
  int find(long id) {
    return size == 0 ? -1 : Arrays.binarySearch(ids, 0, size, id);
  }

  long id(int at) {
    return ids[at];
  }

  /** Number of open partial matches of a rule. */
  int count(int at) {
    return rules[at].count();
  }

  /** Number of open partial matches of all. */
  int count() {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += rules[i].count();
    }
    return sum;
  }

  /** The states that partial matches wait in, as of the last {@link #changed}. */
  long occupied(int at) {
    return rules[at].occupied();
  }

  void insert(int at, long id, MatcherState<Event> state) {
    insert(at, new OpenRule(id, state));
  }

  void insert(int at, OpenRule rule) {
    if (size == rules.length) {
      int capacity = Math.max(2, 2 * size);
      ids = Arrays.copyOf(ids, capacity);
      rules = Arrays.copyOf(rules, capacity);
    }
    System.arraycopy(ids, at, ids, at + 1, size - at);
    System.arraycopy(rules, at, rules, at + 1, size - at);
    ids[at] = rule.id;
    rules[at] = rule;
    size++;
    earliest = Math.min(earliest, rule.deadline());
  }

  /** Notes that a rule's deadline was another before. */
  void rescheduled(int at, long before) {
    long deadline = rules[at].deadline();
    if (deadline <= earliest) {
      earliest = deadline;
    } else if (before == earliest) {
      findEarliest();
    }
  }

  void remove(int at) {
    System.arraycopy(ids, at + 1, ids, at, size - at - 1);
    System.arraycopy(rules, at + 1, rules, at, size - at - 1);
    rules[--size] = null;
    findEarliest();
  }

  private void findEarliest() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      least = Math.min(least, rules[i].deadline());
    }
    earliest = least;
  }

  OpenRules copy() {
    OpenRules copy = new OpenRules();
    copy.ids = Arrays.copyOf(ids, size);
    copy.rules = Arrays.copyOf(rules, size);
    for (int i = 0; i < size; i++) {
      copy.rules[i] = rules[i].copy();
    }
    copy.size = size;
    copy.earliest = earliest;
    return copy;
  }
}
