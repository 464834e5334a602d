package io.tidegate.match;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Numbers the conditions of a pattern and makes guards of them. */
final class Guards<E> {
  private final PatternDefinition<E> pattern;
  private final Map<EventCondition<E>, Integer> numbers = new IdentityHashMap<>();
  private final List<EventCondition<E>> predicates = new ArrayList<>();
  private final Map<StageDefinition<E>, Integer> stageIndexes = new IdentityHashMap<>();

  Guards(PatternDefinition<E> pattern) {
    this.pattern = pattern;
  }

  /** The conditions that guards refer to, by number. */
  List<EventCondition<E>> predicates() {
    return predicates;
  }

  int index(StageDefinition<E> stage) {
    return stageIndexes.computeIfAbsent(stage, s -> pattern.stageIndex(s.name()));
  }

  /** The condition holds; always, where it is null. */
  Guard of(EventCondition<E> condition) {
    if (condition == null) {
      return Guard.ALWAYS;
    }
    Integer number = numbers.get(condition);
    if (number == null) {
      number = predicates.size();
      numbers.put(condition, number);
      predicates.add(condition);
    }
    return Guard.of(number);
  }

  /** The condition does not hold; always, where there is none. */
  Guard not(EventCondition<E> condition) {
    return condition == null ? Guard.ALWAYS : of(condition).negate();
  }

  /** The event passes on this level, whatever stage is to take it. */
  Guard any(Level<E> level) {
    return level.also().and(not(level.until()));
  }

  /** The stage takes the event. */
  Guard take(Level<E> level, StageDefinition<E> stage) {
    return any(level).and(of(stage.condition()));
  }

  /** When an event is skipped before the first occurrence of a stage; null: never. */
  Guard skip(Level<E> level, int i) {
    return skip(level, level.stage(i), level.contiguity(i));
  }

  /** When an event is skipped between two occurrences of a stage; null: never. */
  Guard skipInner(Level<E> level, int i) {
    StageDefinition<E> stage = level.stage(i);
    return skip(level, stage, stage.isPlain() ? level.inner(i) : stage.inner());
  }

  private Guard skip(Level<E> level, StageDefinition<E> stage, Contiguity contiguity) {
    return switch (contiguity) {
      // Of a group, the states of its first stage skip, not those of the group.
      case RELAXED -> (stage.isGroup() ? Guard.NEVER : fitsNone(starts(stage))).and(any(level));
      case RELAXED_ANY -> any(level);
      default -> null;
    };
  }

  /** None of the conditions holds. */
  Guard fitsNone(List<EventCondition<E>> conditions) {
    Guard none = Guard.ALWAYS;
    for (EventCondition<E> condition : conditions) {
      none = none.and(of(condition).negate());
    }
    return none;
  }

  /** The conditions of the stages that can take the first event of a stage or of what it holds. */
  private List<EventCondition<E>> starts(StageDefinition<E> stage) {
    List<EventCondition<E>> starts = new ArrayList<>();
    if (stage.isAllOf()) {
      stage.parts().forEach(member -> starts.addAll(starts(member.get(0))));
    } else if (stage.isAnyOf()) {
      stage.parts().forEach(alternative -> starts.addAll(starts(alternative.get(0))));
    } else if (stage.isGroup()) {
      starts.addAll(starts(stage.stages().get(0)));
    } else {
      starts.add(stage.condition());
    }
    return starts;
  }

  static Guard and(Guard guard, Guard other) {
    return guard == null ? null : guard.and(other);
  }
}
