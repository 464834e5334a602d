package io.tidegate.match;

import java.util.List;

/**
 * The stages of one level: of the pattern, of a group, or of one alternative.
 *
 * @param stages in order
 * @param head how the first of them follows what is before the level; null at the top, where it is
 *     the stage's own contiguity
 * @param headInner contiguity between occurrences of the first of them; null where it is its own
 * @param headMayBeLeft whether the way past the whole level begins in the state of the first stage
 * @param until inside a loop with an until condition, that condition: no event passes that fits it
 * @param also what else an event has to fulfil to pass
 * @param after the stage after the level; null where none
 */
record Level<E>(
    List<StageDefinition<E>> stages,
    Contiguity head,
    Contiguity headInner,
    boolean headMayBeLeft,
    EventCondition<E> until,
    Guard also,
    StageDefinition<E> after) {

  /** The whole pattern. */
  static <E> Level<E> top(List<StageDefinition<E>> stages) {
    return new Level<>(stages, null, null, false, null, Guard.ALWAYS, null);
  }

  /** The stages of a group; the way into it is the group's, from an occurrence the inner one. */
  static <E> Level<E> group(
      StageDefinition<E> group, boolean firstOccurrence, StageDefinition<E> after) {
    return new Level<>(
        group.stages(),
        firstOccurrence ? group.contiguity() : group.inner(),
        group.inner(),
        firstOccurrence && group.optional(),
        group.until(),
        Guard.ALWAYS,
        after);
  }

  /** One alternative; what comes before its first event is skipped by the state that chooses. */
  static <E> Level<E> alternative(
      List<StageDefinition<E>> stages, Guard also, StageDefinition<E> after) {
    return new Level<>(stages, Contiguity.STRICT, null, false, null, also, after);
  }

  StageDefinition<E> stage(int i) {
    return stages.get(i);
  }

  /** The stage after the i-th, which may be behind the level; null where none. */
  StageDefinition<E> following(int i) {
    return i + 1 < stages.size() ? stages.get(i + 1) : after;
  }

  /** How the first occurrence of the i-th stage follows what is before it. */
  Contiguity contiguity(int i) {
    return i == 0 && head != null ? head : stages.get(i).contiguity();
  }

  /** Contiguity between the occurrences of the i-th stage. */
  Contiguity inner(int i) {
    return i == 0 && headInner != null ? headInner : stages.get(i).inner();
  }

  /** Whether the state of the i-th stage also has the way past the whole level. */
  boolean mayBeLeftAt(int i) {
    return i == 0 && headMayBeLeft;
  }
}
