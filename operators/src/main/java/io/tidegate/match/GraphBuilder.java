package io.tidegate.match;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds the graph of states for a checked pattern, from the last stage to the first.
 *
 * <p>A stage becomes one state per occurrence that must be told apart. Where a stage may be passed
 * over, the state that has skipped an event is a second one without the way onwards, so that each
 * decision to pass is made once; where an absence is stated before an optional stage, taking the
 * stage leads to copies of what follows that no longer watch for it.
 */
final class GraphBuilder<E> {

  /**
   * The stages of one level.
   *
   * @param stages pattern or group
   * @param group the group whose stages these are; null at the top
   * @param firstOccurrence whether this is the first occurrence of the group
   * @param after the stage after the group; null where none
   */
  private record Level<E>(
      List<StageDefinition<E>> stages,
      StageDefinition<E> group,
      boolean firstOccurrence,
      StageDefinition<E> after) {

    StageDefinition<E> following(int i) {
      return i + 1 < stages.size() ? stages.get(i + 1) : after;
    }

    boolean isHeadOfGroup(int i) {
      return group != null && i == 0;
    }
  }

  private final PatternDefinition<E> pattern;
  private final Map<EventCondition<E>, Integer> predicates = new IdentityHashMap<>();
  private final List<EventCondition<E>> predicateList = new ArrayList<>();
  private final Map<StageDefinition<E>, Integer> stageIndexes = new IdentityHashMap<>();
  private final Set<String> built = new HashSet<>();

  /** What a state looked like before a greedy loop with an until condition narrowed it. */
  private final Map<Node, Node> beforeGreedy = new HashMap<>();

  GraphBuilder(PatternDefinition<E> pattern) {
    this.pattern = pattern;
  }

  /** The first state. */
  Node build() {
    Level<E> top = new Level<>(pattern.stages(), null, true, null);
    return sequence(top, new Node(Node.Kind.FINAL, 0));
  }

  /** The conditions that guards refer to, by number. */
  List<EventCondition<E>> predicates() {
    return predicateList;
  }

  private Node sequence(Level<E> level, Node sink) {
    Node next = sink;
    for (int i = level.stages.size() - 1; i > 0; i--) {
      StageDefinition<E> stage = level.stages.get(i);
      next =
          switch (stage.contiguity()) {
            case NOT_NEXT -> notNext(level, stage, next);
            case NOT_FOLLOWED_BY -> notFollowedBy(level, stage, next);
            default -> stage(level, i, next);
          };
    }
    return stage(level, 0, next);
  }

  private Node notNext(Level<E> level, StageDefinition<E> stage, Node next) {
    Guard fits = take(level, stage);
    Node node = new Node(Node.Kind.NORMAL, stage.withinPreviousMillis(), true);
    if (next.kind == Node.Kind.FINAL) {
      // The absence is known only once an event has come that does not fit.
      node.skip(next, fits.negate());
    } else {
      node.proceed(next, fits.negate());
    }
    node.stop(fits, index(stage));
    return node;
  }

  /**
   * In the middle an absence is watched for by the states of other stages; last, it has its own.
   */
  private Node notFollowedBy(Level<E> level, StageDefinition<E> stage, Node next) {
    if (next.kind != Node.Kind.FINAL) {
      return next;
    }
    Guard fits = take(level, stage);
    Node pending = new Node(Node.Kind.PENDING, stage.withinPreviousMillis());
    pending.stop(fits, index(stage));
    pending.skip(pending, fits.negate());
    return pending;
  }

  private Node stage(Level<E> level, int i, Node sink) {
    StageDefinition<E> stage = level.stages.get(i);
    Times times = stage.times();
    Node first;
    if (times == null || times.isOnce()) {
      Guard skip = skip(level, i);
      first = once(level, i, sink, sink, take(level, stage), skip, stage.optional(), true);
    } else {
      int min = Math.max(1, times.min());
      if (times.isLoop()) {
        Node beyond = withoutPassedAbsences(level, i, sink);
        Node loop = stage.isGroup() ? groupLoop(level, i, beyond) : loop(level, i, beyond);
        first = occurrences(level, i, loop, sink, min, min);
      } else {
        first = occurrences(level, i, sink, sink, min, times.max());
      }
    }
    watchAbsencesBefore(level, i, first);
    return first;
  }

  /** A counted row of occurrences; those beyond {@code min} may be passed over. */
  private Node occurrences(Level<E> level, int i, Node sink, Node onwards, int min, int max) {
    StageDefinition<E> stage = level.stages.get(i);
    Guard until = not(stage.until());
    Guard take = take(level, stage).and(until);
    Guard skipInner = and(skipInner(level, i), until);
    if (stage.greedy() && min != max) {
      sink.yieldTo(take);
    }
    Node next = sink;
    for (int n = min; n < max; n++) {
      next = once(level, i, next, onwards, take, skipInner, true, false);
      watchAbsenceAfter(level, i, next);
    }
    for (int n = 1; n < min; n++) {
      next = once(level, i, next, null, take, skipInner, false, false);
      watchAbsenceAfter(level, i, next);
    }
    return once(level, i, next, onwards, take, skip(level, i), stage.optional(), true);
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
    StageDefinition<E> stage = level.stages.get(i);
    if (stage.isGroup()) {
      Level<E> inside = new Level<>(stage.stages(), stage, firstOccurrence, level.following(i));
      Node head = sequence(inside, sink);
      if (optional) {
        head.proceed(onwards, anyEvent(level));
      }
      return head;
    }
    Node node = node(stage);
    Node target = withoutPassedAbsences(level, i, sink);
    node.take(target, take, index(stage));
    if (optional) {
      passOver(level, stage, node, onwards);
    }
    if (skip != null) {
      Node skipped = node;
      if (optional || isHeadOfOptionalGroup(level, i)) {
        skipped = new Node(Node.Kind.NORMAL, 0);
        skipped.take(target, take, index(stage));
        skipped.skip(skipped, skip);
        watchAbsencesBefore(level, i, skipped);
      }
      node.skip(skipped, skip);
    }
    return node;
  }

  private void passOver(Level<E> level, StageDefinition<E> stage, Node node, Node onwards) {
    Guard any = anyEvent(level);
    if (stage.greedy() && stage.until() != null) {
      Node unclaimed = beforeGreedy.computeIfAbsent(onwards, Node::copy);
      node.proceed(unclaimed, any.and(condition(stage.until())));
      node.proceed(onwards, any.and(not(stage.until())));
    } else {
      node.proceed(onwards, any);
    }
  }

  private Node loop(Level<E> level, int i, Node sink) {
    StageDefinition<E> stage = level.stages.get(i);
    Guard until = not(stage.until());
    Guard take = take(level, stage).and(until);
    Guard skip = and(skipInner(level, i), until);
    Guard any = anyEvent(level);
    Node loop = node(stage);
    if (stage.greedy()) {
      if (stage.until() != null) {
        Node unclaimed = sink.copy();
        beforeGreedy.put(sink, unclaimed);
        loop.proceed(unclaimed, any.and(condition(stage.until())));
      }
      loop.proceed(sink, any.and(until));
      sink.yieldTo(take(level, stage));
    } else {
      loop.proceed(sink, any);
    }
    loop.take(loop, take, index(stage));
    watchAbsenceAfter(level, i, loop);
    if (skip != null) {
      Node skipped = new Node(Node.Kind.NORMAL, 0);
      skipped.take(loop, take, index(stage));
      skipped.skip(skipped, skip);
      loop.skip(skipped, skip);
      watchAbsenceAfter(level, i, skipped);
    }
    return loop;
  }

  private Node groupLoop(Level<E> level, int i, Node sink) {
    StageDefinition<E> group = level.stages.get(i);
    Guard any = anyEvent(level);
    Node again = new Node(Node.Kind.NORMAL, 0);
    Node head = sequence(new Level<>(group.stages(), group, false, level.following(i)), again);
    head.proceed(sink, any);
    again.proceed(head, any);
    return head;
  }

  /** The state a stage waits in; the limits of the stage hold there. */
  private Node node(StageDefinition<E> stage) {
    Times times = stage.times();
    boolean repeated = times != null && !times.isOnce();
    boolean firstBuilt = built.add(stage.name());
    long window = repeated ? (firstBuilt ? 0 : times.windowMillis()) : stage.withinPreviousMillis();
    return new Node(Node.Kind.NORMAL, window);
  }

  private boolean isHeadOfOptionalGroup(Level<E> level, int i) {
    return level.isHeadOfGroup(i) && level.firstOccurrence && level.group.optional();
  }

  /** The absences stated before a stage, across stages that may be left out. */
  private List<StageDefinition<E>> absencesBefore(Level<E> level, int i) {
    List<StageDefinition<E>> absences = new ArrayList<>();
    for (int j = i - 1; j >= 0; j--) {
      StageDefinition<E> earlier = level.stages.get(j);
      if (earlier.contiguity() == Contiguity.NOT_FOLLOWED_BY) {
        absences.add(earlier);
      } else if (!earlier.optional()) {
        break;
      }
    }
    return absences;
  }

  private void watchAbsencesBefore(Level<E> level, int i, Node node) {
    for (StageDefinition<E> absence : absencesBefore(level, i)) {
      node.stop(take(level, absence), index(absence));
    }
  }

  private void watchAbsenceAfter(Level<E> level, int i, Node node) {
    StageDefinition<E> next = level.following(i);
    if (next != null && next.contiguity() == Contiguity.NOT_FOLLOWED_BY) {
      node.stop(take(level, next), index(next));
    }
  }

  /** Where taking an optional stage leads: the absences stated before it no longer count. */
  private Node withoutPassedAbsences(Level<E> level, int i, Node sink) {
    List<StageDefinition<E>> absences = absencesBefore(level, i);
    if (absences.isEmpty() || !level.stages.get(i).optional()) {
      return sink;
    }
    Set<Integer> passed = new HashSet<>();
    absences.forEach(absence -> passed.add(index(absence)));
    return without(passed, sink);
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

  /** When an event is skipped between the event before and the first occurrence; null: never. */
  private Guard skip(Level<E> level, int i) {
    StageDefinition<E> stage = level.stages.get(i);
    Contiguity contiguity = stage.contiguity();
    if (level.isHeadOfGroup(i)) {
      contiguity = level.firstOccurrence ? level.group.contiguity() : level.group.inner();
    }
    return skip(level, stage, contiguity);
  }

  /** When an event is skipped between two occurrences; null: never. */
  private Guard skipInner(Level<E> level, int i) {
    StageDefinition<E> stage = level.stages.get(i);
    return skip(level, stage, level.isHeadOfGroup(i) ? level.group.inner() : stage.inner());
  }

  private Guard skip(Level<E> level, StageDefinition<E> stage, Contiguity contiguity) {
    Guard skip =
        switch (contiguity) {
          case RELAXED -> condition(stage.condition()).negate();
          case RELAXED_ANY -> Guard.ALWAYS;
          default -> null;
        };
    return and(skip, anyEvent(level));
  }

  private Guard take(Level<E> level, StageDefinition<E> stage) {
    return anyEvent(level).and(condition(stage.condition()));
  }

  /** Inside a group with an until condition no event passes that fits it. */
  private Guard anyEvent(Level<E> level) {
    return level.group == null ? Guard.ALWAYS : not(level.group.until());
  }

  private static Guard and(Guard guard, Guard other) {
    return guard == null ? null : guard.and(other);
  }

  private Guard not(EventCondition<E> condition) {
    return condition == null ? Guard.ALWAYS : condition(condition).negate();
  }

  private Guard condition(EventCondition<E> condition) {
    if (condition == null) {
      return Guard.ALWAYS;
    }
    Integer number = predicates.get(condition);
    if (number == null) {
      number = predicateList.size();
      predicates.put(condition, number);
      predicateList.add(condition);
    }
    return Guard.of(number);
  }

  private int index(StageDefinition<E> stage) {
    return stageIndexes.computeIfAbsent(stage, s -> pattern.stageIndex(s.name()));
  }
}
