package io.tidegate.match;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Finds what passing time alone, without an event, leads to from a state of the graph.
 *
 * <p>An absence behind a stage that may be left out, or may go on, runs in the state of that stage
 * too: once its time has passed, one branch goes on behind the absence and one waits on for what
 * the stage could still take.
 */
final class ElapsedTime {
  private final Map<Node, Node> rests = new IdentityHashMap<>();

  /** What the passing of a state's limit leads to; null where it ends the partial match. */
  Node absence(Node node) {
    if (node.kind == Node.Kind.PENDING || node.kind == Node.Kind.ABSENT) {
      return node.kind == Node.Kind.ABSENT ? node : null;
    }
    return node.windowMillis > 0 ? null : ahead(node, Guard.ALWAYS, new HashSet<>());
  }

  private static Node ahead(Node node, Guard path, Set<Node> seen) {
    if (node.elapsed() != null) {
      return node;
    }
    if (node.awaitsEvent || !seen.add(node)) {
      return null;
    }
    for (Node.Edge edge : node.edges) {
      Guard guard = path.and(edge.guard());
      if (edge.action() == Node.Action.PROCEED && guard.holdsWithoutEvent()) {
        Node absence = ahead(edge.target(), guard, seen);
        if (absence != null) {
          return absence;
        }
      }
    }
    return null;
  }

  /** The state without the way through the absence ahead; null where nothing is left of it. */
  Node rest(Node node) {
    Node known = rests.get(node);
    if (known != null) {
      return known.edges.isEmpty() ? null : known;
    }
    Node rest = node.another();
    rests.put(node, rest);
    for (Node.Edge edge : node.edges) {
      if (edge.action() != Node.Action.PROCEED) {
        boolean stays = edge.action() == Node.Action.SKIP && edge.target() == node;
        rest.edges.add(stays ? edge.to(rest) : edge);
      } else if (edge.target().elapsed() == null) {
        boolean leads = ahead(edge.target(), Guard.ALWAYS, new HashSet<>()) != null;
        Node target = leads ? rest(edge.target()) : edge.target();
        if (target != null) {
          rest.edges.add(edge.to(target));
        }
      }
    }
    return rest.edges.isEmpty() ? null : rest;
  }

  /** Whether a match that comes to a state without an event is complete. */
  static boolean completes(Node node) {
    return completes(node, Guard.ALWAYS);
  }

  private static boolean completes(Node node, Guard path) {
    if (node.kind == Node.Kind.FINAL) {
      return path.holdsWithoutEvent();
    }
    return node.edges.stream()
        .filter(edge -> edge.action() == Node.Action.PROCEED)
        .anyMatch(edge -> completes(edge.target(), path.and(edge.guard())));
  }
}
