package io.tidegate.match;

import java.util.List;
import java.util.Objects;

/**
 * One stage of a pattern, or several as one: a group, a choice between alternatives ({@code
 * any_of}), or stages in any order ({@code all_of}). Immutable.
 *
 * <p>What is stated here is checked as a whole by {@link Automaton#compile}.
 *
 * @param <E> event type
 */
public final class StageDefinition<E> {
  private enum Kind {
    STAGE,
    GROUP,
    ANY_OF,
    ALL_OF
  }

  private final Kind kind;
  private final String name;
  private final List<List<StageDefinition<E>>> parts;
  private final Contiguity contiguity;
  private final EventCondition<E> condition;
  private final EventCondition<E> until;
  private final Times times;
  private final Contiguity inner;
  private final boolean greedy;
  private final boolean optional;
  private final long withinPreviousMillis;
  private final long absentMillis;

  private StageDefinition(Builder<E> builder) {
    this.kind = builder.kind;
    this.name = builder.name;
    this.parts = builder.parts;
    this.contiguity = builder.contiguity;
    this.condition = builder.condition;
    this.until = builder.until;
    this.times = builder.times;
    this.inner = builder.inner;
    this.greedy = builder.greedy;
    this.optional = builder.optional;
    this.withinPreviousMillis = builder.withinPreviousMillis;
    this.absentMillis = builder.absentMillis;
  }

  /** Begins the definition of a stage. */
  public static <E> Builder<E> stage(String name, Contiguity contiguity) {
    return new Builder<>(Kind.STAGE, Objects.requireNonNull(name, "name"), List.of(), contiguity);
  }

  /** Begins the definition of a group; its first stage has {@link Contiguity#BEGIN}. */
  public static <E> Builder<E> group(Contiguity contiguity, List<StageDefinition<E>> stages) {
    return new Builder<>(Kind.GROUP, null, List.of(List.copyOf(stages)), contiguity);
  }

  /**
   * Begins the definition of a choice: one of the alternatives, decided by the event that fits the
   * first stage of one, or of several, each of which it opens. The others are given up then.
   *
   * @param alternatives each one or more stages, the first with {@link Contiguity#BEGIN}
   */
  public static <E> Builder<E> anyOf(
      Contiguity contiguity, List<List<StageDefinition<E>>> alternatives) {
    return new Builder<>(
        Kind.ANY_OF, null, alternatives.stream().map(List::copyOf).toList(), contiguity);
  }

  /**
   * Begins the definition of stages that occur once each, in any order; {@link Builder#inner} says
   * how they follow each other.
   *
   * @param stages plain stages with {@link Contiguity#BEGIN}
   */
  public static <E> Builder<E> allOf(Contiguity contiguity, List<StageDefinition<E>> stages) {
    return new Builder<>(Kind.ALL_OF, null, stages.stream().map(List::of).toList(), contiguity);
  }

  /** Name of the stage; null where it is several as one. */
  public String name() {
    return name;
  }

  /** The stages of a group; null for anything else. */
  public List<StageDefinition<E>> stages() {
    return isGroup() ? parts.get(0) : null;
  }

  /**
   * The sequences of stages that this one holds: one for a group, the alternatives of an {@code
   * any_of}, each stage of an {@code all_of} by itself, none for a plain stage.
   */
  public List<List<StageDefinition<E>>> parts() {
    return parts;
  }

  /** Whether this is one stage with a name. */
  public boolean isPlain() {
    return kind == Kind.STAGE;
  }

  /** Whether this is a group. */
  public boolean isGroup() {
    return kind == Kind.GROUP;
  }

  /** Whether this is a choice between alternatives. */
  public boolean isAnyOf() {
    return kind == Kind.ANY_OF;
  }

  /** Whether this is stages in any order. */
  public boolean isAllOf() {
    return kind == Kind.ALL_OF;
  }

  /** How this stage follows the one before. */
  public Contiguity contiguity() {
    return contiguity;
  }

  /** Which events the stage takes; null for every event. */
  public EventCondition<E> condition() {
    return condition;
  }

  /** The condition that ends a loop; null for none. */
  public EventCondition<E> until() {
    return until;
  }

  /** How often the stage occurs; null where no quantifier was stated (once). */
  public Times times() {
    return times;
  }

  /** Contiguity between the occurrences of the stage: strict, relaxed or relaxed_any. */
  public Contiguity inner() {
    return inner;
  }

  /** Whether the repetition takes as many events as it can. */
  public boolean greedy() {
    return greedy;
  }

  /** Whether the stage may be left out; {@code times} from 0 implies it. */
  public boolean optional() {
    return optional || (times != null && times.min() == 0);
  }

  /** Limit between the event of this stage and the event before it, ms; 0 for none. */
  public long withinPreviousMillis() {
    return withinPreviousMillis;
  }

  /** How long an absence ({@link Contiguity#ABSENT_FOR}) lasts, ms; 0 for any other stage. */
  public long absentMillis() {
    return absentMillis;
  }

  /** Collects the parts of a stage. */
  public static final class Builder<E> {
    private final Kind kind;
    private final String name;
    private final List<List<StageDefinition<E>>> parts;
    private final Contiguity contiguity;
    private EventCondition<E> condition;
    private EventCondition<E> until;
    private Times times;
    private Contiguity inner = Contiguity.RELAXED;
    private boolean greedy;
    private boolean optional;
    private long withinPreviousMillis;
    private long absentMillis;

    private Builder(
        Kind kind, String name, List<List<StageDefinition<E>>> parts, Contiguity contiguity) {
      this.kind = kind;
      this.name = name;
      this.parts = parts;
      this.contiguity = Objects.requireNonNull(contiguity, "contiguity");
    }

    /** Which events the stage takes; null for every event. */
    public Builder<E> where(EventCondition<E> condition) {
      this.condition = condition;
      return this;
    }

    /** Ends a loop: an event that fits is not taken and nothing is taken after it. */
    public Builder<E> until(EventCondition<E> until) {
      this.until = until;
      return this;
    }

    /** How often the stage occurs. */
    public Builder<E> times(Times times) {
      this.times = times;
      return this;
    }

    /** Contiguity between occurrences: strict, relaxed or relaxed_any. */
    public Builder<E> inner(Contiguity inner) {
      this.inner = Objects.requireNonNull(inner, "inner");
      return this;
    }

    /** Occurrences follow each other directly. */
    public Builder<E> consecutive() {
      return inner(Contiguity.STRICT);
    }

    /** Every combination of later events that fit counts as occurrences. */
    public Builder<E> allowCombinations() {
      return inner(Contiguity.RELAXED_ANY);
    }

    /** The repetition takes as many events as it can. */
    public Builder<E> greedy(boolean greedy) {
      this.greedy = greedy;
      return this;
    }

    /** The stage may be left out. */
    public Builder<E> optional(boolean optional) {
      this.optional = optional;
      return this;
    }

    /** Limit between the event of this stage and the event before it, ms; 0 for none. */
    public Builder<E> withinPrevious(long millis) {
      this.withinPreviousMillis = millis;
      return this;
    }

    /** How long the absence lasts, ms, from the event before or the end of the absence before. */
    public Builder<E> absentFor(long millis) {
      this.absentMillis = millis;
      return this;
    }

    /** The finished stage. */
    public StageDefinition<E> build() {
      return new StageDefinition<>(this);
    }
  }
}
