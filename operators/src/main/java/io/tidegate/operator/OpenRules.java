package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.match.MatcherState;
import java.util.Arrays;

/**
 * The rules that have something open for one key, ordered by state id.
 *
 * <p>Plain arrays: most keys have none or one, and a rule with nothing open costs nothing. What an
 * event or a watermark asks of every rule lies together beside the rules, so that the objects of
 * those that it does not concern are not touched: with many rules and keys each of them is a miss
 * of the cache.
 */
final class OpenRules {
  private static final OpenRule[] NONE = {};

  private long[] ids = {};
  private long[] deadlines = {};
  private long[] occupied = {};
  private int[] places = {};
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

  /** The last of the first n that has something to do up to an event time; -1 for none. */
  int lastDue(int n, long timestamp) {
    for (int at = n - 1; at >= 0; at--) {
      if (deadlines[at] <= timestamp && deadlines[at] != Long.MAX_VALUE) {
        return at;
      }
    }
    return -1;
  }

  OpenRule at(int at) {
    return rules[at];
  }

  long id(int at) {
    return ids[at];
  }

  /** A rule's place among those that the key's state was last fitted to; not kept. */
  int place(int at) {
    return places[at];
  }

  /** Notes where a rule is now among all. */
  void setPlace(int at, int place) {
    places[at] = place;
  }

  /** The states that partial matches of a rule wait in, as of the last {@link #noted}. */
  long occupied(int at) {
    return occupied[at];
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

  void insert(int at, HostedRule rule, int place, MatcherState<Event> state) {
    insert(at, new OpenRule(rule.stateId, state));
    places[at] = place;
  }

  void insert(int at, OpenRule rule) {
    if (size == rules.length) {
      int capacity = Math.max(2, 2 * size);
      ids = Arrays.copyOf(ids, capacity);
      deadlines = Arrays.copyOf(deadlines, capacity);
      occupied = Arrays.copyOf(occupied, capacity);
      places = Arrays.copyOf(places, capacity);
      rules = Arrays.copyOf(rules, capacity);
    }
    move(at, at + 1, size - at);
    ids[at] = rule.id;
    deadlines[at] = rule.deadline();
    occupied[at] = rule.occupied();
    rules[at] = rule;
    size++;
    earliest = Math.min(earliest, deadlines[at]);
  }

  private void move(int from, int to, int count) {
    System.arraycopy(ids, from, ids, to, count);
    System.arraycopy(deadlines, from, deadlines, to, count);
    System.arraycopy(occupied, from, occupied, to, count);
    System.arraycopy(places, from, places, to, count);
    System.arraycopy(rules, from, rules, to, count);
  }

  /** Notes what a rule has open now. */
  void noted(int at) {
    OpenRule rule = rules[at];
    long before = deadlines[at];
    deadlines[at] = rule.deadline();
    occupied[at] = rule.occupied();
    if (deadlines[at] <= earliest) {
      earliest = deadlines[at];
    } else if (before == earliest) {
      findEarliest();
    }
  }

  void remove(int at) {
    boolean wasEarliest = deadlines[at] == earliest;
    move(at + 1, at, size - at - 1);
    rules[--size] = null;
    if (wasEarliest) {
      findEarliest();
    }
  }

  private void findEarliest() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      least = Math.min(least, deadlines[i]);
    }
    earliest = least;
  }

  OpenRules copy() {
    OpenRules copy = new OpenRules();
    copy.ids = Arrays.copyOf(ids, size);
    copy.deadlines = Arrays.copyOf(deadlines, size);
    copy.occupied = Arrays.copyOf(occupied, size);
    copy.places = Arrays.copyOf(places, size);
    copy.rules = Arrays.copyOf(rules, size);
    for (int i = 0; i < size; i++) {
      copy.rules[i] = rules[i].copy();
    }
    copy.size = size;
    copy.earliest = earliest;
    return copy;
  }
}
