package io.tidegate.match;

import java.util.List;

/** Refuses absences without a meaning. */
final class AbsenceChecks {
  private AbsenceChecks() {}

  /**
   * Checks the i-th stage of a level, which states an absence.
   *
   * @param top whether the level is the pattern itself
   */
  static <E> void check(
      PatternDefinition<E> pattern,
      List<StageDefinition<E>> level,
      int i,
      String where,
      boolean top) {
    StageDefinition<E> stage = level.get(i);
    StageDefinition<E> previous = i == 0 ? null : level.get(i - 1);
    boolean last = i == level.size() - 1;
    String kind = stage.contiguity().name().toLowerCase(java.util.Locale.ROOT);
    if (!stage.isPlain()) {
      throw new PatternException(where, kind + " takes one stage, not a group");
    }
    if (stage.times() != null || stage.greedy() || stage.until() != null) {
      throw new PatternException(where, kind + " cannot be repeated");
    }
    if (stage.optional()) {
      throw new PatternException(where, kind + " cannot be optional");
    }
    switch (stage.contiguity()) {
      case ABSENT_FOR -> absentFor(pattern, level, i, where);
      case NOT_NEXT -> afterOptional(previous, where, kind);
      default -> {
        afterOptional(previous, where, kind);
        notFollowedBy(pattern, stage, where, top && last, last);
      }
    }
  }

  private static <E> void afterOptional(StageDefinition<E> previous, String where, String kind) {
    if (previous != null && previous.optional()) {
      throw new PatternException(
          where,
          kind
              + " cannot follow an optional stage; write two patterns, one with that stage and one"
              + " without");
    }
  }

  private static <E> void notFollowedBy(
      PatternDefinition<E> pattern,
      StageDefinition<E> stage,
      String where,
      boolean endsPattern,
      boolean endsLevel) {
    if (endsPattern) {
      if (pattern.withinMillis() == 0 && stage.withinPreviousMillis() == 0) {
        throw new PatternException(
            where, "not_followed_by at the end needs a time limit; give the pattern a within");
      }
    } else if (endsLevel) {
      throw new PatternException(
          where,
          "not_followed_by cannot end a group or an alternative; put it after, or use absent_for");
    } else if (stage.withinPreviousMillis() > 0) {
      throw new PatternException(
          where, "within_previous has no meaning on not_followed_by unless it is last");
    }
  }

  private static <E> void absentFor(
      PatternDefinition<E> pattern, List<StageDefinition<E>> level, int i, String where) {
    StageDefinition<E> stage = level.get(i);
    long within = pattern.withinMillis();
    if (stage.absentMillis() < 1) {
      throw new PatternException(where, "absent_for needs a duration, at least 1 ms");
    }
    if (within > 0 && stage.absentMillis() > within) {
      throw new PatternException(
          where,
          "an absence of "
              + stage.absentMillis()
              + " ms cannot end within the pattern's "
              + within
              + " ms");
    }
    if (stage.withinPreviousMillis() > 0) {
      throw new PatternException(
          where, "absent_for has its duration; within_previous has no meaning on it");
    }
    if (i == 0) {
      return;
    }
    Contiguity before = level.get(i - 1).contiguity();
    if (before == Contiguity.NOT_NEXT) {
      throw new PatternException(
          where, "absent_for cannot follow not_next, which only the next event decides; swap them");
    }
    if (before == Contiguity.NOT_FOLLOWED_BY) {
      throw new PatternException(
          where,
          "absent_for cannot follow not_followed_by; write one absent_for with both conditions");
    }
    for (int j = i - 1; j >= 0; j--) {
      if (endsWithLimit(level.get(j))) {
        throw new PatternException(
            where,
            "the stage before it may be left out, or go on, and has a time limit of its own; an"
                + " absence cannot run beside that");
      }
      if (!level.get(j).optional()) {
        break;
      }
    }
  }

  /** Whether a state in which the stage may be left has a limit of its own. */
  private static <E> boolean endsWithLimit(StageDefinition<E> stage) {
    Times times = stage.times();
    boolean goesOn = stage.optional() || (times != null && times.min() != times.max());
    if (goesOn
        && (stage.withinPreviousMillis() > 0 || (times != null && times.windowMillis() > 0))) {
      return true;
    }
    return stage.parts().stream()
        .anyMatch(part -> !part.isEmpty() && endsWithLimit(part.get(part.size() - 1)));
  }
}
