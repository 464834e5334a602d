package io.tidegate.match;

import java.util.ArrayList;
import java.util.List;

/** A stage or group as the generator makes it; null and 0 stand for what is not stated. */
final class RandomStage {
  String name;
  List<RandomStage> group;
  Contiguity contiguity;
  RandomCondition condition;
  RandomCondition until;
  Times times;
  Contiguity inner = Contiguity.RELAXED;
  boolean greedy;
  boolean optional;
  long withinPrevious;

  boolean mayBeLeft() {
    return optional || (times != null && times.min() == 0);
  }

  StageDefinition<TestEvent> ours(List<String> names) {
    StageDefinition.Builder<TestEvent> builder;
    if (group == null) {
      builder = StageDefinition.stage(name, contiguity);
    } else {
      List<StageDefinition<TestEvent>> stages = new ArrayList<>();
      group.forEach(stage -> stages.add(stage.ours(names)));
      builder = StageDefinition.group(contiguity, stages);
    }
    return builder
        .where(condition == null ? null : condition.ours(names))
        .until(until == null ? null : until.ours(names))
        .times(times)
        .inner(inner)
        .greedy(greedy)
        .optional(optional)
        .withinPrevious(withinPrevious)
        .build();
  }

  void collectNames(List<String> names) {
    if (group == null) {
      names.add(name);
    } else {
      group.forEach(stage -> stage.collectNames(names));
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(contiguity.name().toLowerCase(java.util.Locale.ROOT));
    text.append(' ').append(group == null ? name + "[" + condition + "]" : group.toString());
    if (times != null) {
      text.append(" times(").append(times.min()).append(',');
      text.append(times.isLoop() ? "*" : times.max());
      text.append(times.windowMillis() > 0 ? " window " + times.windowMillis() : "").append(')');
    }
    if (inner != Contiguity.RELAXED) {
      text.append(" inner ").append(inner);
    }
    text.append(greedy ? " greedy" : "").append(optional ? " optional" : "");
    text.append(until == null ? "" : " until[" + until + "]");
    text.append(withinPrevious > 0 ? " within_previous " + withinPrevious : "");
    return text.toString();
  }
}
