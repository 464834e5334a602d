package io.tidegate.match;

import java.util.Comparator;

/**
 * Orders chains by their first event and, among those of one first event, by the branch they took
 * where they part: by the step of the state in which they were one, where a chain that left it with
 * a later event, or not at all, counts as having taken the step that stays.
 *
 * <p>This is the order in which the reference tries branches. It depends on the chains alone, not
 * on how they are kept.
 */
final class PathOrder<E> implements Comparator<Taken<E>> {
  private final State[] states;

  PathOrder(State[] states) {
    this.states = states;
  }

  @Override
  public int compare(Taken<E> a, Taken<E> b) {
    int order = Taken.compareStart(a, b);
    if (order != 0) {
      return order;
    }
    int longer = length(a) - length(b);
    Taken<E> left = a;
    Taken<E> right = b;
    Taken<E> beyond = null;
    for (int i = longer; i > 0; i--) {
      beyond = left;
      left = left.previous;
    }
    for (int i = longer; i < 0; i++) {
      beyond = right;
      right = right.previous;
    }
    if (beyond != null) {
      order = beyond.step < states[beyond.previous.target].stay() ? -1 : 1;
      order = longer > 0 ? order : -order;
    }
    while (left != right) {
      if (!isSame(left, right)) {
        order = parting(left, right);
      }
      left = left.previous;
      right = right.previous;
    }
    return order;
  }

  private static <E> boolean isSame(Taken<E> left, Taken<E> right) {
    return left.sequence == right.sequence
        && left.step == right.step
        && left.target == right.target
        && left.stage == right.stage;
  }

  private int parting(Taken<E> left, Taken<E> right) {
    if (left.sequence == right.sequence) {
      int order = Integer.compare(left.step, right.step);
      return order != 0 ? order : Integer.compare(left.target, right.target);
    }
    int stay = states[left.previous == null ? 0 : left.previous.target].stay();
    return left.sequence < right.sequence
        ? (left.step < stay ? -1 : 1)
        : (right.step < stay ? 1 : -1);
  }

  private static <E> int length(Taken<E> chain) {
    int length = 0;
    for (Taken<E> link = chain; link != null; link = link.previous) {
      length++;
    }
    return length;
  }
}
