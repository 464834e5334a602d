package io.tidegate.match;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Builds the graph of states for a checked pattern, from the last stage to the first. A stage
 * becomes one state per occurrence that must be told apart.
 */
final class GraphBuilder<E> {
  private final PatternDefinition<E> pattern;
  private final Guards<E> guards;
  private final Absences<E> absences;
  private final Repetition<E> repetition;
  private final Choices<E> choices;
  private final Set<String> built = new HashSet<>();

  GraphBuilder(PatternDefinition<E> pattern) {
    this.pattern = pattern;
    this.guards = new Guards<>(pattern);
    this.absences = new Absences<>(guards);
    this.repetition = new Repetition<>(this, guards, absences);
    this.choices = new Choices<>(this, guards);
  }

  /** The first state. */
  Node build() {
    return sequence(Level.top(pattern.stages()), new Node(Node.Kind.FINAL, 0));
  }

  /** The conditions that guards refer to, by number. */
  List<EventCondition<E>> predicates() {
    return guards.predicates();
  }

  Choices<E> choices() {
    return choices;
  }

  /** The stages of a level, the last one leading to the sink. */
  Node sequence(Level<E> level, Node sink) {
    Node next = sink;
    for (int i = level.stages().size() - 1; i > 0; i--) {
      StageDefinition<E> stage = level.stage(i);
      next =
          switch (stage.contiguity()) {
            case NOT_NEXT -> absences.notNext(level, stage, next);
            case NOT_FOLLOWED_BY -> absences.notFollowedBy(level, stage, next);
            case ABSENT_FOR -> absences.absentFor(level, stage, next);
            default -> repetition.stage(level, i, next);
          };
    }
    return repetition.stage(level, 0, next);
  }

  /** The state a stage waits in; the limits of the stage hold there. */
  Node waiting(StageDefinition<E> stage) {
    Times times = stage.times();
    boolean repeated = times != null && !times.isOnce();
    boolean firstBuilt = stage.name() != null && built.add(stage.name());
    long window = repeated ? (firstBuilt ? 0 : times.windowMillis()) : stage.withinPreviousMillis();
    return new Node(Node.Kind.NORMAL, window);
  }
}
