package io.tidegate.match;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Refuses patterns whose parts do not go together. */
final class PatternChecks {
  private PatternChecks() {}

  static <E> void check(PatternDefinition<E> pattern) {
    if (pattern.stages().isEmpty()) {
      throw new PatternException(null, "has no stage; begin with one");
    }
    if (pattern.withinMillis() < 0) {
      throw new PatternException(null, "within must be positive, not " + pattern.withinMillis());
    }
    Set<String> names = new HashSet<>();
    for (String name : pattern.stageNames()) {
      if (!names.add(name)) {
        throw new PatternException(name, "the name is used twice; stages need different names");
      }
    }
    level(pattern, pattern.stages(), "", true);
    skip(pattern);
  }

  private static <E> void level(
      PatternDefinition<E> pattern, List<StageDefinition<E>> stages, String prefix, boolean top) {
    for (int i = 0; i < stages.size(); i++) {
      StageDefinition<E> stage = stages.get(i);
      StageDefinition<E> previous = i == 0 ? null : stages.get(i - 1);
      String where = stage.isPlain() ? stage.name() : prefix + kind(stage) + " " + (i + 1);
      position(stage, where, i);
      repetition(stage, where);
      limits(pattern, stage, where);
      if (stage.contiguity().isNegative()) {
        AbsenceChecks.check(pattern, stages, i, where, top);
      } else if (previous != null && stage.optional() && previous.greedy()) {
        if (stage.times() == null || stage.times().min() > 0) {
          throw new PatternException(where, "an optional stage cannot follow a greedy one");
        }
      }
      if (stage.isGroup()) {
        group(pattern, stage, where);
      } else if (stage.isAnyOf()) {
        ChoiceChecks.anyOf(stage, where);
        for (int part = 0; part < stage.parts().size(); part++) {
          String alternative = where + ", alternative " + (part + 1) + ", ";
          level(pattern, stage.parts().get(part), alternative, false);
        }
      } else if (stage.isAllOf()) {
        ChoiceChecks.allOf(stage, where);
        stage.parts().forEach(member -> level(pattern, member, where + ", ", false));
      }
    }
  }

  private static <E> String kind(StageDefinition<E> stage) {
    return stage.isGroup() ? "group" : stage.isAnyOf() ? "any_of" : "all_of";
  }

  private static <E> void position(StageDefinition<E> stage, String where, int i) {
    boolean begins = stage.contiguity() == Contiguity.BEGIN;
    if (begins != (i == 0)) {
      throw new PatternException(
          where,
          i == 0
              ? "the first stage must be 'begin', not " + stage.contiguity()
              : "only the first stage can be 'begin'; say how this one follows the one before");
    }
  }

  private static <E> void repetition(StageDefinition<E> stage, String where) {
    Times times = stage.times();
    Contiguity inner = stage.inner();
    if (inner != Contiguity.STRICT
        && inner != Contiguity.RELAXED
        && inner != Contiguity.RELAXED_ANY) {
      throw new PatternException(
          where, "contiguity between occurrences is strict, relaxed or relaxed_any, not " + inner);
    }
    if (times == null) {
      if (inner != Contiguity.RELAXED && !stage.isAllOf()) {
        throw new PatternException(
            where, "consecutive and allow_combinations need a repetition; give it times");
      }
      if (stage.greedy()) {
        throw new PatternException(where, "greedy needs a repetition; give it times");
      }
    } else if (times.min() < 0 || times.max() < 1 || times.max() < times.min()) {
      throw new PatternException(
          where,
          "times must be 0 <= min <= max with max at least 1, not "
              + times.min()
              + " to "
              + times.max());
    }
    if (stage.greedy() && stage.isGroup()) {
      throw new PatternException(where, "a group cannot be greedy");
    }
    if (stage.greedy() && inner == Contiguity.RELAXED_ANY) {
      throw new PatternException(where, "greedy and allow_combinations exclude each other");
    }
    if (stage.until() != null && (times == null || !times.isLoop())) {
      throw new PatternException(where, "until ends a loop; it needs one_or_more or times_or_more");
    }
  }

  private static <E> void limits(
      PatternDefinition<E> pattern, StageDefinition<E> stage, String where) {
    long within = pattern.withinMillis();
    long previous = stage.withinPreviousMillis();
    Times times = stage.times();
    long window = times == null ? 0 : times.windowMillis();
    if (previous < 0 || window < 0) {
      throw new PatternException(where, "a time limit must be positive");
    }
    if (within > 0 && Math.max(previous, window) > within) {
      throw new PatternException(
          where,
          "a limit of "
              + Math.max(previous, window)
              + " ms since the previous event exceeds the pattern's within of "
              + within
              + " ms");
    }
    if (previous > 0 && times != null && !times.isOnce()) {
      throw new PatternException(
          where, "within_previous is for a single event; give the repetition a window instead");
    }
    if (stage.isGroup() && (previous > 0 || window > 0)) {
      throw new PatternException(
          where, "a group cannot have a time limit of its own; give it to a stage inside");
    }
    if (stage.absentMillis() != 0 && stage.contiguity() != Contiguity.ABSENT_FOR) {
      throw new PatternException(where, "only absent_for has a duration of absence");
    }
    if (stage.contiguity() == Contiguity.BEGIN && previous > 0) {
      throw new PatternException(where, "nothing comes before it, within_previous means nothing");
    }
  }

  private static <E> void group(
      PatternDefinition<E> pattern, StageDefinition<E> group, String where) {
    if (group.stages().isEmpty()) {
      throw new PatternException(where, "has no stage");
    }
    if (group.condition() != null) {
      throw new PatternException(where, "a group has no condition; give it to the stages inside");
    }
    level(pattern, group.stages(), where + ", ", false);
    Times times = group.times();
    if (times != null && times.isLoop() && group.stages().stream().allMatch(s -> canBeEmpty(s))) {
      throw new PatternException(
          where,
          "every stage of the loop may be left out, so that it might take no event for ever");
    }
  }

  private static <E> boolean canBeEmpty(StageDefinition<E> stage) {
    return stage.optional()
        || stage.contiguity().isNegative()
        || (stage.isGroup() && stage.stages().stream().allMatch(s -> canBeEmpty(s)));
  }

  private static <E> void skip(PatternDefinition<E> pattern) {
    SkipStrategy skip = pattern.skip();
    boolean toStage =
        skip.type() == SkipStrategy.Type.SKIP_TO_FIRST
            || skip.type() == SkipStrategy.Type.SKIP_TO_LAST;
    if (toStage && (skip.stage() == null || pattern.stageIndex(skip.stage()) < 0)) {
      throw new PatternException(
          null, "skips to stage '" + skip.stage() + "', which it does not have");
    }
  }
}
