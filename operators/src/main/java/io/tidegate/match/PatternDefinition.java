package io.tidegate.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A pattern: stages in order, a time limit and an after-match skip strategy. Immutable.
 *
 * <p>Named stages, those in groups and those that state an absence included, are numbered by first
 * appearance; that number is the stage index everywhere in this package.
 *
 * @param <E> event type
 */
public final class PatternDefinition<E> {
  private final List<StageDefinition<E>> stages;
  private final long withinMillis;
  private final SkipStrategy skip;
  private final List<String> stageNames;

  /**
   * A pattern.
   *
   * @param stages the stages in order, at least one
   * @param withinMillis limit from the first to the last event, ms, its end excluded; 0 for none
   * @param skip what a match discards
   */
  public PatternDefinition(List<StageDefinition<E>> stages, long withinMillis, SkipStrategy skip) {
    this.stages = List.copyOf(stages);
    this.withinMillis = withinMillis;
    this.skip = Objects.requireNonNull(skip, "skip");
    List<String> names = new ArrayList<>();
    collectNames(this.stages, names);
    this.stageNames = List.copyOf(names);
  }

  private static <E> void collectNames(List<StageDefinition<E>> stages, List<String> names) {
    for (StageDefinition<E> stage : stages) {
      if (stage.isPlain()) {
        names.add(stage.name());
      } else {
        stage.parts().forEach(part -> collectNames(part, names));
      }
    }
  }

  /** The stages in order. */
  public List<StageDefinition<E>> stages() {
    return stages;
  }

  /** Limit from the first to the last event, ms; 0 for none. */
  public long withinMillis() {
    return withinMillis;
  }

  /** What a match discards. */
  public SkipStrategy skip() {
    return skip;
  }

  /** Names of the stages by stage index. */
  public List<String> stageNames() {
    return stageNames;
  }

  /** The index of a stage, or -1 where the pattern has none of that name. */
  public int stageIndex(String name) {
    return stageNames.indexOf(name);
  }
}
