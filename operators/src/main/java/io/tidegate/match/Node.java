package io.tidegate.match;

import java.util.ArrayList;
import java.util.List;

/** A state of the automaton while it is built; {@link Flattener} turns the graph into steps. */
final class Node {

  /** What reaching the state means. */
  enum Kind {
    NORMAL,
    /** The match is complete. */
    FINAL,
    /** The match is complete once its time limit has passed. */
    PENDING,
    /** It is left once its time has passed. */
    ABSENT
  }

  /** What an edge does with the event. */
  enum Action {
    /** The stage takes it. */
    TAKE,
    /** It is skipped. */
    SKIP,
    /** It is handed on to the target. */
    PROCEED,
    /** It breaks a stated absence: the partial match ends. */
    STOP,
    /** No event: the limit of the state has passed. */
    ELAPSE
  }

  /**
   * An edge.
   *
   * @param action what it does
   * @param target where it leads; null for STOP
   * @param guard when it may be used
   * @param stage the taking stage of a TAKE, the broken absence of a STOP, else -1
   */
  record Edge(Action action, Node target, Guard guard, int stage) {
    Edge to(Node other) {
      return new Edge(action, other, guard, stage);
    }

    Edge narrowed(Guard further) {
      return new Edge(action, target, guard.and(further), stage);
    }
  }

  final Kind kind;

  /** Limit between the last event taken and the next, or length of the absence, ms; 0 for none. */
  final long windowMillis;

  /** Whether nothing is decided here before the next event has come. */
  final boolean awaitsEvent;

  final List<Edge> edges = new ArrayList<>();

  Node(Kind kind, long windowMillis) {
    this(kind, windowMillis, false);
  }

  Node(Kind kind, long windowMillis, boolean awaitsEvent) {
    this.kind = kind;
    this.windowMillis = windowMillis;
    this.awaitsEvent = awaitsEvent;
  }

  /** A state of the same meaning without edges; only an absence keeps its time. */
  Node another() {
    return new Node(kind, kind == Kind.ABSENT ? windowMillis : 0, awaitsEvent);
  }

  void take(Node target, Guard guard, int stage) {
    edges.add(new Edge(Action.TAKE, target, guard, stage));
  }

  void skip(Node target, Guard guard) {
    edges.add(new Edge(Action.SKIP, target, guard, -1));
  }

  void proceed(Node target, Guard guard) {
    edges.add(new Edge(Action.PROCEED, target, guard, -1));
  }

  void stop(Guard guard, int stage) {
    edges.add(new Edge(Action.STOP, null, guard, stage));
  }

  void elapse(Node target) {
    edges.add(new Edge(Action.ELAPSE, target, Guard.ALWAYS, -1));
  }

  /** Where passing time leads; null where nowhere. */
  Node elapsed() {
    for (Edge edge : edges) {
      if (edge.action == Action.ELAPSE) {
        return edge.target;
      }
    }
    return null;
  }

  /** Narrows every edge: a greedy stage before this one has the first claim on an event. */
  void yieldTo(Guard claim) {
    edges.replaceAll(edge -> edge.action == Action.ELAPSE ? edge : edge.narrowed(claim.negate()));
  }

  /** A copy whose edges lead where these do, loops to itself excepted. */
  Node copy() {
    Node copy = another();
    for (Edge edge : edges) {
      copy.edges.add(edge.target == this ? edge.to(copy) : edge);
    }
    return copy;
  }
}
