package io.tidegate.match;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Builds {@code any_of} and {@code all_of}: the ways on which their first event is taken.
 *
 * <p>Which alternative is taken is decided by that event: it leads into the alternatives that it
 * fits, and the others are given up. What is taken of an {@code all_of} is told by one state for
 * each set of its stages that is left.
 */
final class Choices<E> {
  private final GraphBuilder<E> builder;
  private final Guards<E> guards;

  Choices(GraphBuilder<E> builder, Guards<E> guards) {
    this.builder = builder;
    this.guards = guards;
  }

  /** The ways into the alternatives of the i-th stage, which all lead to the sink. */
  List<Node.Edge> anyOf(Level<E> level, int i, Node sink) {
    StageDefinition<E> stage = level.stage(i);
    Guard any = guards.any(level).and(guards.not(stage.until()));
    List<Node.Edge> ways = new ArrayList<>();
    for (List<StageDefinition<E>> alternative : stage.parts()) {
      Level<E> inside = Level.alternative(alternative, any, level.following(i));
      ways.addAll(builder.sequence(inside, sink).edges);
    }
    return ways;
  }

  /** The ways that take one of the stages of an {@code all_of} and wait for the others. */
  List<Node.Edge> allOf(Level<E> level, int i, Node sink) {
    StageDefinition<E> stage = level.stage(i);
    int all = (1 << stage.parts().size()) - 1;
    // By the set of stages left, as bits; a set comes after those that it holds.
    List<Node> left = new ArrayList<>(Collections.nCopies(all + 1, null));
    left.set(0, sink);
    for (int set = 1; set < all; set++) {
      left.set(set, waiting(level, stage, set, left));
    }
    return takes(level, stage, all, left);
  }

  private Node waiting(Level<E> level, StageDefinition<E> stage, int set, List<Node> left) {
    Node node = new Node(Node.Kind.NORMAL, 0);
    node.edges.addAll(takes(level, stage, set, left));
    Guard any = guards.any(level);
    switch (stage.inner()) {
      case RELAXED -> {
        List<EventCondition<E>> conditions = new ArrayList<>();
        members(stage, set).forEach(member -> conditions.add(member.condition()));
        node.skip(node, guards.fitsNone(conditions).and(any));
      }
      case RELAXED_ANY -> node.skip(node, any);
      default -> {
        // Strict: an event that is not taken ends the partial match.
      }
    }
    return node;
  }

  private List<Node.Edge> takes(
      Level<E> level, StageDefinition<E> stage, int set, List<Node> left) {
    List<Node.Edge> takes = new ArrayList<>();
    for (int member = 0; member < stage.parts().size(); member++) {
      if ((set & 1 << member) != 0) {
        StageDefinition<E> taking = stage.parts().get(member).get(0);
        Node target = left.get(set & ~(1 << member));
        takes.add(
            new Node.Edge(
                Node.Action.TAKE, target, guards.take(level, taking), guards.index(taking)));
      }
    }
    return takes;
  }

  private static <E> List<StageDefinition<E>> members(StageDefinition<E> stage, int set) {
    List<StageDefinition<E>> members = new ArrayList<>();
    for (int member = 0; member < stage.parts().size(); member++) {
      if ((set & 1 << member) != 0) {
        members.add(stage.parts().get(member).get(0));
      }
    }
    return members;
  }
}
