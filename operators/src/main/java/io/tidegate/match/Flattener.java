package io.tidegate.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns the graph of a {@link GraphBuilder} into states whose steps need no further look ahead:
 * paths that hand an event on are followed here, once, and their guards joined.
 */
final class Flattener {
  private final Map<Node, Integer> numbers = new IdentityHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final ElapsedTime elapsedTime = new ElapsedTime();

  /** The reachable states; the first one is the start. */
  static State[] flatten(Node start) {
    Flattener flattener = new Flattener();
    flattener.number(start);
    List<State> states = new ArrayList<>();
    for (int i = 0; i < flattener.nodes.size(); i++) {
      states.add(flattener.state(i));
    }
    return states.toArray(new State[0]);
  }

  private int number(Node node) {
    Integer known = numbers.get(node);
    if (known != null) {
      return known;
    }
    numbers.put(node, nodes.size());
    nodes.add(node);
    return nodes.size() - 1;
  }

  private State state(int number) {
    Node node = nodes.get(number);
    List<State.Step> steps = new ArrayList<>();
    collect(node, node, Guard.ALWAYS, steps, new HashSet<>());
    boolean completesOnExpiry = leadsToPending(node, new HashSet<>());
    Node absence = elapsedTime.absence(node);
    if (absence == null) {
      return new State(
          number, steps.toArray(new State.Step[0]), node.windowMillis, null, completesOnExpiry);
    }
    Node target = absence.elapsed();
    Node rest = absence == node ? null : elapsedTime.rest(node);
    State.Elapse elapse =
        new State.Elapse(
            target.kind == Node.Kind.FINAL ? -1 : number(target),
            ElapsedTime.completes(target),
            rest == null ? -1 : number(rest));
    return new State(
        number, steps.toArray(new State.Step[0]), absence.windowMillis, elapse, completesOnExpiry);
  }

  private void collect(
      Node origin, Node node, Guard path, List<State.Step> steps, Set<Node> onPath) {
    if (!onPath.add(node)) {
      throw new IllegalStateException("a cycle of states that hand an event on");
    }
    for (Node.Edge edge : node.edges) {
      Guard guard = path.and(edge.guard());
      if (guard.isNever()) {
        continue;
      }
      switch (edge.action()) {
        case TAKE -> steps.add(take(edge, guard));
        case SKIP -> steps.add(skip(origin, edge, guard));
        case STOP -> {
          // Behind another state an absence with a time of its own ends its branch alone.
          if (node == origin || node.kind != Node.Kind.ABSENT) {
            steps.add(
                new State.Step(State.Kind.STOP, guard.clauses, edge.stage(), -1, new int[0][][]));
          }
        }
        default -> {
          // After the edges of this state, so that a stage is tried before those behind it;
          // passing time is no event.
        }
      }
    }
    // The last way onwards is followed first, as the reference does; the order decides which of
    // several matches that begin with one event is the first.
    for (int i = node.edges.size() - 1; i >= 0; i--) {
      Node.Edge edge = node.edges.get(i);
      Guard guard = path.and(edge.guard());
      if (edge.action() == Node.Action.PROCEED && !guard.isNever()) {
        collect(origin, edge.target(), guard, steps, onPath);
      }
    }
    onPath.remove(node);
  }

  private State.Step take(Node.Edge edge, Guard guard) {
    Node target = edge.target();
    List<int[][]> complete = new ArrayList<>();
    waysToEnd(target, Guard.ALWAYS, complete);
    int next = target.kind == Node.Kind.FINAL ? -1 : number(target);
    return new State.Step(
        State.Kind.TAKE, guard.clauses, edge.stage(), next, complete.toArray(new int[0][][]));
  }

  private State.Step skip(Node origin, Node.Edge edge, Guard guard) {
    Node target = edge.target();
    if (target.kind == Node.Kind.FINAL) {
      return new State.Step(State.Kind.COMPLETE, guard.clauses, -1, -1, new int[0][][]);
    }
    State.Kind kind = target == origin ? State.Kind.STAY : State.Kind.MOVE;
    return new State.Step(kind, guard.clauses, -1, number(target), new int[0][][]);
  }

  private static void waysToEnd(Node node, Guard path, List<int[][]> ways) {
    if (node.kind == Node.Kind.FINAL) {
      ways.add(path.clauses);
      return;
    }
    for (Node.Edge edge : node.edges) {
      Guard guard = path.and(edge.guard());
      if (edge.action() == Node.Action.PROCEED && !guard.isNever()) {
        waysToEnd(edge.target(), guard, ways);
      }
    }
  }

  private static boolean leadsToPending(Node node, Set<Node> seen) {
    if (node.kind == Node.Kind.PENDING) {
      return true;
    }
    return !node.awaitsEvent
        && seen.add(node)
        && node.edges.stream()
            .filter(edge -> edge.action() == Node.Action.PROCEED)
            .anyMatch(edge -> leadsToPending(edge.target(), seen));
  }

  /** A number that tells structures apart: equal for equal patterns, in every process. */
  static int signature(State[] states) {
    int hash = 1;
    for (State state : states) {
      hash = 31 * hash + Long.hashCode(state.windowMillis);
      State.Elapse elapse = state.elapse;
      if (elapse != null) {
        hash = 31 * hash + elapse.target();
        hash = 31 * hash + elapse.rest();
        hash = 31 * hash + (elapse.complete() ? 1 : 0);
      }
      for (State.Step step : state.steps) {
        hash = 31 * hash + step.kind().ordinal();
        hash = 31 * hash + step.stage();
        hash = 31 * hash + step.target();
        hash = 31 * hash + Arrays.deepHashCode(step.guard());
        hash = 31 * hash + Arrays.deepHashCode(step.complete());
      }
    }
    return hash == 0 ? 1 : hash;
  }
}
