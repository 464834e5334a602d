package io.tidegate.match;

import java.util.List;

/** Refuses choices ({@code any_of}) and stages in any order ({@code all_of}) without a meaning. */
final class ChoiceChecks {
  /** Each set of stages that is left is a state, so their number doubles with each stage. */
  static final int MOST_STAGES = 8;

  private ChoiceChecks() {}

  static <E> void anyOf(StageDefinition<E> choice, String where) {
    common(choice, where, "any_of");
    Times times = choice.times();
    if (times != null && times.windowMillis() > 0) {
      throw new PatternException(
          where, "any_of has no time limit of its repetitions; give it to a stage inside");
    }
    List<List<StageDefinition<E>>> alternatives = choice.parts();
    if (alternatives.size() < 2) {
      throw new PatternException(
          where,
          "any_of needs at least two alternatives, not " + alternatives.size() + "; use a group");
    }
    for (int i = 0; i < alternatives.size(); i++) {
      List<StageDefinition<E>> alternative = alternatives.get(i);
      if (alternative.isEmpty()) {
        throw new PatternException(where, "alternative " + (i + 1) + " has no stage");
      }
      StageDefinition<E> first = alternative.get(0);
      if (first.contiguity().isNegative()) {
        throw new PatternException(
            where, decided(i) + " begins with the absence '" + first.name() + "'");
      }
      if (mayBeginLater(first)) {
        throw new PatternException(where, decided(i) + " begins with a stage that may be left out");
      }
    }
  }

  private static String decided(int alternative) {
    return "the first event decides which alternative is taken, but alternative "
        + (alternative + 1);
  }

  private static <E> boolean mayBeginLater(StageDefinition<E> stage) {
    return stage.optional()
        || stage.parts().stream().anyMatch(part -> !part.isEmpty() && mayBeginLater(part.get(0)));
  }

  static <E> void allOf(StageDefinition<E> stage, String where) {
    common(stage, where, "all_of");
    if (stage.times() != null || stage.until() != null) {
      throw new PatternException(
          where, "all_of cannot be repeated; put it into a group and repeat that");
    }
    if (stage.withinPreviousMillis() > 0) {
      throw new PatternException(where, "all_of has no time limit of its own; use within");
    }
    List<List<StageDefinition<E>>> members = stage.parts();
    if (members.size() < 2 || members.size() > MOST_STAGES) {
      throw new PatternException(
          where, "all_of takes 2 to " + MOST_STAGES + " stages, not " + members.size());
    }
    for (List<StageDefinition<E>> member : members) {
      StageDefinition<E> each = member.get(0);
      if (!each.isPlain()) {
        throw new PatternException(where, "all_of takes plain stages, no group and no choice");
      }
      if (each.times() != null || each.optional() || each.contiguity().isNegative()) {
        throw new PatternException(
            each.name(), "a stage of all_of occurs once: no quantifier, not optional, no absence");
      }
    }
  }

  private static <E> void common(StageDefinition<E> stage, String where, String kind) {
    if (stage.condition() != null) {
      throw new PatternException(where, kind + " has no condition; give it to the stages inside");
    }
    if (stage.contiguity().isNegative()) {
      throw new PatternException(where, "an absence takes one stage, not " + kind);
    }
    if (stage.greedy()) {
      throw new PatternException(where, kind + " cannot be greedy");
    }
  }
}
