package io.tidegate.match;

import java.util.List;
import java.util.Objects;

/**
 * One stage of a pattern, or a group of stages with a quantifier of its own. Immutable.
 *
 * <p>What is stated here is checked as a whole by {@link Automaton#compile}.
 *
 * @param <E> event type
 */
public final class StageDefinition<E> {
  private final String name;
  private final List<StageDefinition<E>> group;
  private final Contiguity contiguity;
  private final EventCondition<E> condition;
  private final EventCondition<E> until;
  private final Times times;
  private final Contiguity inner;
  private final boolean greedy;
  private final boolean optional;
  private final long withinPreviousMillis;

  private StageDefinition(Builder<E> builder) {
    this.name = builder.name;
    this.group = builder.group;
    this.contiguity = builder.contiguity;
    this.condition = builder.condition;
    this.until = builder.until;
    this.times = builder.times;
    this.inner = builder.inner;
    this.greedy = builder.greedy;
    this.optional = builder.optional;
    this.withinPreviousMillis = builder.withinPreviousMillis;
  }

  /** Begins the definition of a stage. */
  public static <E> Builder<E> stage(String name, Contiguity contiguity) {
    return new Builder<>(Objects.requireNonNull(name, "name"), null, contiguity);
  }

  /** Begins the definition of a group; its first stage has {@link Contiguity#BEGIN}. */
  public static <E> Builder<E> group(Contiguity contiguity, List<StageDefinition<E>> stages) {
    return new Builder<>(null, List.copyOf(stages), contiguity);
  }

  /** Name of the stage; null for a group. */
  public String name() {
    return name;
  }

  /** The stages of a group; null for a plain stage. */
  public List<StageDefinition<E>> stages() {
    return group;
  }

  /** Whether this is a group. */
  public boolean isGroup() {
    return group != null;
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

  /** Collects the parts of a stage. */
  public static final class Builder<E> {
    private final String name;
    private final List<StageDefinition<E>> group;
    private final Contiguity contiguity;
    private EventCondition<E> condition;
    private EventCondition<E> until;
    private Times times;
    private Contiguity inner = Contiguity.RELAXED;
    private boolean greedy;
    private boolean optional;
    private long withinPreviousMillis;

    private Builder(String name, List<StageDefinition<E>> group, Contiguity contiguity) {
      this.name = name;
      this.group = group;
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

    /** The finished stage. */
    public StageDefinition<E> build() {
      return new StageDefinition<>(this);
    }
  }
}
