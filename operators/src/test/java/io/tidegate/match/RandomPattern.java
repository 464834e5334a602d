package io.tidegate.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A pattern over all operators, and events for it, drawn from a seed. */
final class RandomPattern {
  private static final int KINDS = 4;

  final List<RandomStage> stages = new ArrayList<>();
  final long within;
  final SkipStrategy skip;
  final List<TestEvent> events = new ArrayList<>();
  private final Random random;
  private int named;

  RandomPattern(long seed) {
    this.random = new Random(seed);
    this.within = one(3) ? 0 : 3 + random.nextInt(15);
    level(stages, 1 + random.nextInt(4), 0);
    if (within > 0 && one(6)) {
      stages.add(absence(Contiguity.NOT_FOLLOWED_BY));
    }
    this.skip = drawSkip();
    long timestamp = 1;
    for (int i = 4 + random.nextInt(9); i > 0; i--) {
      events.add(new TestEvent(events.size(), timestamp, random.nextInt(KINDS), random.nextInt(6)));
      timestamp += one(4) ? 0 : one(6) ? 2 + random.nextInt(8) : 1;
    }
  }

  /** Given stages, without a skip strategy, over events one ms apart of the kinds of a text. */
  RandomPattern(List<RandomStage> stages, long within, String kinds) {
    this.random = new Random(0);
    this.stages.addAll(stages);
    this.within = within;
    this.skip = SkipStrategy.noSkip();
    for (int i = 0; i < kinds.length(); i++) {
      events.add(new TestEvent(i, i + 1, kinds.charAt(i) - 'a', 0));
    }
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private void level(List<RandomStage> level, int size, int depth) {
    while (level.size() < size) {
      RandomStage previous = level.isEmpty() ? null : level.get(level.size() - 1);
      RandomStage stage;
      boolean last = level.size() == size - 1;
      if (previous != null && !previous.mayBeLeft() && !last && one(5)) {
        stage = absence(one(2) ? Contiguity.NOT_NEXT : Contiguity.NOT_FOLLOWED_BY);
      } else if (previous != null && !previous.mayBeLeft() && depth == 0 && one(12)) {
        stage = absence(Contiguity.NOT_NEXT);
      } else if (depth < 2 && one(5)) {
        stage = new RandomStage();
        stage.group = new ArrayList<>();
        level(stage.group, 1 + random.nextInt(3), depth + 1);
      } else {
        stage = new RandomStage();
        stage.name = "s" + named++;
        stage.condition = one(12) ? null : condition(stage.name);
      }
      if (stage.contiguity == null) {
        stage.contiguity = previous == null ? Contiguity.BEGIN : contiguity();
        quantify(stage, previous);
      }
      level.add(stage);
    }
  }

  private RandomStage absence(Contiguity contiguity) {
    RandomStage stage = new RandomStage();
    stage.name = "s" + named++;
    stage.contiguity = contiguity;
    stage.condition = condition(stage.name);
    return stage;
  }

  private Contiguity contiguity() {
    return switch (random.nextInt(4)) {
      case 0 -> Contiguity.STRICT;
      case 1 -> Contiguity.RELAXED_ANY;
      default -> Contiguity.RELAXED;
    };
  }

  private void quantify(RandomStage stage, RandomStage previous) {
    if (one(2)) {
      int min = 1 + random.nextInt(2);
      stage.times =
          switch (random.nextInt(4)) {
            case 0 -> Times.exactly(min + 1);
            case 1 -> Times.between(random.nextInt(3), 2 + random.nextInt(2));
            default -> Times.atLeast(min);
          };
      if (stage.group == null && one(5)) {
        stage.times = stage.times.within(1 + random.nextInt(3));
      }
      stage.inner = contiguity();
      if (stage.times.isLoop() && one(4)) {
        stage.until =
            new RandomCondition(1 << random.nextInt(KINDS), RandomCondition.Form.NOTHING, null);
      }
      if (stage.group == null && stage.inner != Contiguity.RELAXED_ANY && one(3)) {
        stage.greedy = true;
      }
    } else if (stage.group == null && previous != null && one(8)) {
      stage.withinPrevious = 1 + random.nextInt(3);
    }
    boolean afterGreedy = previous != null && previous.greedy;
    if (!stage.mayBeLeft() && !afterGreedy && one(4)) {
      stage.optional = true;
    }
  }

  private RandomCondition condition(String own) {
    int kinds = 1 << random.nextInt(KINDS);
    if (one(3)) {
      kinds |= 1 << random.nextInt(KINDS);
    }
    if (!one(4)) {
      return new RandomCondition(kinds, RandomCondition.Form.NOTHING, null);
    }
    String stage = named > 1 && one(2) ? "s" + random.nextInt(named) : own;
    return one(2)
        ? new RandomCondition(kinds, RandomCondition.Form.NOT_BELOW_LAST, stage)
        : new RandomCondition(kinds, RandomCondition.Form.SUM_BELOW, stage);
  }

  private SkipStrategy drawSkip() {
    List<String> top = new ArrayList<>();
    for (RandomStage stage : stages) {
      if (stage.group == null && !stage.contiguity.isNegative()) {
        top.add(stage.name);
      }
    }
    String to = top.isEmpty() ? null : top.get(random.nextInt(top.size()));
    return switch (random.nextInt(to == null ? 5 : 7)) {
      case 0, 1, 2 -> SkipStrategy.noSkip();
      case 3 -> SkipStrategy.skipToNext();
      case 4 -> SkipStrategy.skipPastLastEvent();
      case 5 -> SkipStrategy.skipToFirst(to);
      default -> SkipStrategy.skipToLast(to);
    };
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    stages.forEach(stage -> stage.collectNames(names));
    return names;
  }

  PatternDefinition<TestEvent> ours() {
    List<String> names = names();
    List<StageDefinition<TestEvent>> definitions = new ArrayList<>();
    stages.forEach(stage -> definitions.add(stage.ours(names)));
    return new PatternDefinition<>(definitions, within, skip);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    stages.forEach(stage -> text.append("  ").append(stage).append('\n'));
    text.append("  within ").append(within).append(", ").append(skip).append('\n');
    return text.append("  events ").append(events).toString();
  }
}
