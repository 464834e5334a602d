package io.tidegate.match;

import java.util.Arrays;

/**
 * Evaluates guards for one event, each condition at most once where it looks at the event alone,
 * and at most once a partial match where it looks at what was taken before.
 */
final class Conditions<E> {
  static final int FALSE = 0;
  static final int TRUE = 1;

  /** Depends on the partial match, and none is being looked at. */
  static final int UNKNOWN = 2;

  private static final byte NOT_ASKED = 3;

  private final EventCondition<E>[] predicates;
  private final byte[] ofEvent;
  private final byte[] ofMatch;
  private final ChainView<E> matched = new ChainView<>();
  private boolean looking;
  private boolean asked;
  private E event;

  Conditions(EventCondition<E>[] predicates) {
    this.predicates = predicates;
    this.ofEvent = new byte[predicates.length];
    this.ofMatch = new byte[predicates.length];
    Arrays.fill(ofMatch, NOT_ASKED);
  }

  /** Turns to the next event. */
  void begin(E event) {
    this.event = event;
    Arrays.fill(ofEvent, NOT_ASKED);
    forget();
    looking = false;
  }

  /** Looks at the event without any partial match. */
  void ofAny() {
    looking = false;
  }

  /** Looks at one partial match, or, with null, at one that has taken nothing. */
  void of(Taken<E> match) {
    if (!looking || matched.chain != match) {
      looking = true;
      matched.chain = match;
      forget();
    }
  }

  private void forget() {
    if (asked) {
      Arrays.fill(ofMatch, NOT_ASKED);
      asked = false;
    }
  }

  /** Whether a guard holds; {@link #UNKNOWN} only while no partial match is looked at. */
  int holds(int[][] guard) {
    int result = TRUE;
    for (int[] clause : guard) {
      int holds = FALSE;
      for (int literal : clause) {
        int value = value(literal >>> 1);
        if (value != UNKNOWN) {
          value ^= literal & 1;
        }
        if (value == TRUE) {
          holds = TRUE;
          break;
        }
        holds |= value;
      }
      if (holds == FALSE) {
        return FALSE;
      }
      if (holds == UNKNOWN) {
        result = UNKNOWN;
      }
    }
    return result;
  }

  private int value(int predicate) {
    int value = ofEvent[predicate];
    if (value == NOT_ASKED) {
      value = askOfEvent(predicate);
    }
    if (value != UNKNOWN || !looking) {
      return value;
    }
    value = ofMatch[predicate];
    if (value == NOT_ASKED) {
      value = predicates[predicate].test(event, matched) ? TRUE : FALSE;
      ofMatch[predicate] = (byte) value;
      asked = true;
    }
    return value;
  }

  private int askOfEvent(int predicate) {
    EventCondition<E> condition = predicates[predicate];
    int value;
    if (!condition.readsMatched()) {
      boolean wasLooking = looking;
      Taken<E> chain = matched.chain;
      matched.chain = null;
      value = condition.test(event, matched) ? TRUE : FALSE;
      matched.chain = chain;
      looking = wasLooking;
    } else {
      value = condition.mayAccept(event) ? UNKNOWN : FALSE;
    }
    ofEvent[predicate] = (byte) value;
    return value;
  }
}
