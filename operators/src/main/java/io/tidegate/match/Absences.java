package io.tidegate.match;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Builds what states an absence.
 *
 * <p>{@code not_next} and {@code absent_for} have a state of their own. {@code not_followed_by} in
 * the middle is watched for by the states of other stages; where an optional stage comes after it,
 * taking that stage leads to copies of what follows that no longer watch.
 */
final class Absences<E> {
  private final Guards<E> guards;

  Absences(Guards<E> guards) {
    this.guards = guards;
  }

  Node notNext(Level<E> level, StageDefinition<E> stage, Node next) {
    Guard fits = guards.take(level, stage);
    Node node = new Node(Node.Kind.NORMAL, stage.withinPreviousMillis(), true);
    if (next.kind == Node.Kind.FINAL) {
      // The absence is known only once an event has come that does not fit.
      node.skip(next, fits.negate());
    } else {
      node.proceed(next, fits.negate());
    }
    node.stop(fits, guards.index(stage));
    return node;
  }

  /** Only as the last stage it has a state. */
  Node notFollowedBy(Level<E> level, StageDefinition<E> stage, Node next) {
    if (next.kind != Node.Kind.FINAL) {
      return next;
    }
    Guard fits = guards.take(level, stage);
    Node pending = new Node(Node.Kind.PENDING, stage.withinPreviousMillis());
    if (stage.withinPreviousMillis() > 0) {
      pending.elapse(next);
    }
    pending.stop(fits, guards.index(stage));
    pending.skip(pending, fits.negate());
    return pending;
  }

  /** An event that fits ends this branch alone; one that waits for more of a loop goes on. */
  Node absentFor(Level<E> level, StageDefinition<E> stage, Node next) {
    Node node = new Node(Node.Kind.ABSENT, stage.absentMillis());
    node.stop(guards.take(level, stage), guards.index(stage));
    node.skip(node, guards.of(stage.condition()).negate().and(guards.any(level)));
    node.elapse(next);
    return node;
  }

  /** Ends what waits in a state when an event breaks an absence stated before its stage. */
  void watchBefore(Level<E> level, int i, Node node) {
    for (StageDefinition<E> absence : before(level, i)) {
      node.stop(guards.take(level, absence), guards.index(absence));
    }
  }

  /** Ends what waits for a further occurrence when an event breaks the absence stated after. */
  void watchAfter(Level<E> level, int i, Node node) {
    StageDefinition<E> next = level.following(i);
    if (next != null && next.contiguity() == Contiguity.NOT_FOLLOWED_BY) {
      node.stop(guards.take(level, next), guards.index(next));
    }
  }

  /** Where taking an optional stage leads: the absences stated before it no longer count. */
  Node withoutPassed(Level<E> level, int i, Node sink) {
    List<StageDefinition<E>> absences = before(level, i);
    if (absences.isEmpty() || !level.stage(i).optional()) {
      return sink;
    }
    Set<Integer> passed = new HashSet<>();
    absences.forEach(absence -> passed.add(guards.index(absence)));
    return without(passed, sink);
  }

  /** The absences stated before a stage, across stages that may be left out. */
  private List<StageDefinition<E>> before(Level<E> level, int i) {
    List<StageDefinition<E>> absences = new ArrayList<>();
    for (int j = i - 1; j >= 0; j--) {
      StageDefinition<E> earlier = level.stage(j);
      if (earlier.contiguity() == Contiguity.NOT_FOLLOWED_BY) {
        absences.add(earlier);
      } else if (!earlier.optional()) {
        break;
      }
    }
    return absences;
  }

  private Node without(Set<Integer> passed, Node node) {
    Node copy = node.another();
    for (Node.Edge edge : node.edges) {
      switch (edge.action()) {
        case STOP -> {
          if (!passed.contains(edge.stage())) {
            copy.edges.add(edge);
          }
        }
        case PROCEED -> copy.edges.add(edge.to(without(passed, edge.target())));
        default -> copy.edges.add(edge.target() == node ? edge.to(copy) : edge);
      }
    }
    return copy;
  }
}
