package io.tidegate.match;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the occurrences of a stage: one, a counted row, or a loop.
 *
 * <p>Where a stage may be passed over, the state that has skipped an event is a second one without
 * the way onwards, so that each decision to pass is made once.
 */
final class Repetition<E> {
  private final GraphBuilder<E> builder;
  private final Guards<E> guards;
  private final Absences<E> absences;

  /** What a state looked like before a greedy loop with an until condition narrowed it. */
  private final Map<Node, Node> beforeGreedy = new HashMap<>();

  Repetition(GraphBuilder<E> builder, Guards<E> guards, Absences<E> absences) {
    this.builder = builder;
    this.guards = guards;
    this.absences = absences;
  }

  /** The state that a stage or group begins in. */
  Node stage(Level<E> level, int i, Node sink) {
    StageDefinition<E> stage = level.stage(i);
    Times times = stage.times();
    Node first;
    if (times == null || times.isOnce()) {
      Guard skip = guards.skip(level, i);
      Guard take = guards.take(level, stage);
      first = once(level, i, sink, sink, take, skip, stage.optional(), true);
    } else {
      int min = Math.max(1, times.min());
      if (times.isLoop()) {
        Node beyond = absences.withoutPassed(level, i, sink);
        Node loop = stage.isGroup() ? groupLoop(level, i, beyond) : loop(level, i, beyond);
        first = occurrences(level, i, loop, sink, min, min);
      } else {
        first = occurrences(level, i, sink, sink, min, times.max());
      }
    }
    absences.watchBefore(level, i, first);
    return first;
  }

  /** A counted row of occurrences; those beyond {@code min} may be passed over. */
  private Node occurrences(Level<E> level, int i, Node sink, Node onwards, int min, int max) {
    StageDefinition<E> stage = level.stage(i);
    Guard until = guards.not(stage.until());
    Guard take = guards.take(level, stage).and(until);
    Guard skipInner = Guards.and(guards.skipInner(level, i), until);
    if (stage.greedy() && min != max) {
      sink.yieldTo(take);
    }
    Node next = sink;
    for (int n = min; n < max; n++) {
      next = once(level, i, next, onwards, take, skipInner, true, false);
      absences.watchAfter(level, i, next);
    }
    for (int n = 1; n < min; n++) {
      next = once(level, i, next, null, take, skipInner, false, false);
      absences.watchAfter(level, i, next);
    }
    Guard skip = guards.skip(level, i);
    return once(level, i, next, onwards, take, skip, stage.optional(), true);
  }

  private Node once(
      Level<E> level,
      int i,
      Node sink,
      Node onwards,
      Guard take,
      Guard skip,
      boolean optional,
      boolean firstOccurrence) {
    StageDefinition<E> stage = level.stage(i);
    if (stage.isGroup()) {
      Level<E> inside = Level.group(stage, firstOccurrence, level.following(i));
      Node head = builder.sequence(inside, sink);
      if (optional) {
        head.proceed(onwards, guards.any(level));
      }
      return head;
    }
    Node node = builder.waiting(stage);
    List<Node.Edge> ways = ways(level, i, absences.withoutPassed(level, i, sink), take);
    node.edges.addAll(ways);
    if (optional) {
      passOver(level, stage, node, onwards);
    }
    if (skip != null) {
      Node skipped = node;
      if (optional || level.mayBeLeftAt(i)) {
        skipped = new Node(Node.Kind.NORMAL, 0);
        skipped.edges.addAll(ways);
        skipped.skip(skipped, skip);
        absences.watchBefore(level, i, skipped);
      }
      node.skip(skipped, skip);
    }
    return node;
  }

  /** How one occurrence of the i-th stage, which is no group, takes its first event. */
  private List<Node.Edge> ways(Level<E> level, int i, Node target, Guard take) {
    StageDefinition<E> stage = level.stage(i);
    if (stage.isAnyOf()) {
      return builder.choices().anyOf(level, i, target);
    }
    if (stage.isAllOf()) {
      return builder.choices().allOf(level, i, target);
    }
    return List.of(new Node.Edge(Node.Action.TAKE, target, take, guards.index(stage)));
  }

  private void passOver(Level<E> level, StageDefinition<E> stage, Node node, Node onwards) {
    Guard any = guards.any(level);
    if (stage.greedy() && stage.until() != null) {
      Node unclaimed = beforeGreedy.computeIfAbsent(onwards, Node::copy);
      node.proceed(unclaimed, any.and(guards.of(stage.until())));
      node.proceed(onwards, any.and(guards.not(stage.until())));
    } else {
      node.proceed(onwards, any);
    }
  }

  private Node loop(Level<E> level, int i, Node sink) {
    StageDefinition<E> stage = level.stage(i);
    Guard until = guards.not(stage.until());
    Guard take = guards.take(level, stage).and(until);
    Guard skip = Guards.and(guards.skipInner(level, i), until);
    Guard any = guards.any(level);
    Node loop = builder.waiting(stage);
    if (stage.greedy()) {
      if (stage.until() != null) {
        Node unclaimed = sink.copy();
        beforeGreedy.put(sink, unclaimed);
        loop.proceed(unclaimed, any.and(guards.of(stage.until())));
      }
      loop.proceed(sink, any.and(until));
      sink.yieldTo(guards.take(level, stage));
    } else {
      loop.proceed(sink, any);
    }
    List<Node.Edge> ways = ways(level, i, loop, take);
    loop.edges.addAll(ways);
    absences.watchAfter(level, i, loop);
    if (skip != null) {
      Node skipped = new Node(Node.Kind.NORMAL, 0);
      skipped.edges.addAll(ways);
      skipped.skip(skipped, skip);
      loop.skip(skipped, skip);
      absences.watchAfter(level, i, skipped);
    }
    return loop;
  }

  private Node groupLoop(Level<E> level, int i, Node sink) {
    StageDefinition<E> group = level.stage(i);
    Guard any = guards.any(level);
    Node again = new Node(Node.Kind.NORMAL, 0);
    Node head = builder.sequence(Level.group(group, false, level.following(i)), again);
    head.proceed(sink, any);
    again.proceed(head, any);
    return head;
  }
}
