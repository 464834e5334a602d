package io.tidegate.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A pattern of choices, stages in any order, absences with a duration and repetitions, and events
 * for it, drawn from a seed: for our matcher, and as elements for {@link BruteForce}.
 */
final class RandomChoices {
  private static final int KINDS = 4;

  /**
   * An element of a sequence. {@code min} to {@code max} occurrences; {@code optional}: or none.
   */
  sealed interface Element {
    /** One stage; {@code kinds} is the bit set of the event kinds that it takes. */
    record Stage(
        String name,
        int kinds,
        Contiguity contiguity,
        int min,
        int max,
        Contiguity inner,
        boolean optional)
        implements Element {

      Stage repeated(Contiguity otherInner) {
        return new Stage(name, kinds, contiguity, min, max, otherInner, optional);
      }
    }

    record AnyOf(
        List<List<Element>> alternatives,
        Contiguity contiguity,
        int min,
        int max,
        Contiguity inner,
        boolean optional)
        implements Element {}

    record AllOf(List<Stage> stages, Contiguity contiguity, Contiguity inner, boolean optional)
        implements Element {}

    /** A group that occurs so many times. */
    record Group(List<Element> elements, Contiguity contiguity, int times, Contiguity inner)
        implements Element {}

    record Absent(String name, int kinds, long millis) implements Element {}
  }

  final List<Element> elements;
  final long within;
  final List<TestEvent> events = new ArrayList<>();
  private final Random random;
  private int named;

  RandomChoices(long seed) {
    this.random = new Random(seed);
    this.within = one(2) ? 0 : 4 + random.nextInt(16);
    this.elements = sequence(2 + random.nextInt(3), 0);
    long timestamp = 1;
    for (int i = 4 + random.nextInt(8); i > 0; i--) {
      events.add(new TestEvent(events.size(), timestamp, random.nextInt(KINDS), 0));
      timestamp += one(4) ? 0 : one(4) ? 2 + random.nextInt(6) : 1;
    }
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private List<Element> sequence(int size, int depth) {
    List<Element> sequence = new ArrayList<>();
    while (sequence.size() < size) {
      boolean first = sequence.isEmpty();
      Contiguity contiguity = first ? Contiguity.BEGIN : contiguity();
      int kind = random.nextInt(depth > 1 ? 5 : 9);
      if (kind == 0 && !first) {
        sequence.add(new Element.Absent(name(), kinds(), 1 + random.nextInt(5)));
      } else if (kind == 5 || kind == 6) {
        List<List<Element>> alternatives = new ArrayList<>();
        for (int i = 2 + random.nextInt(2); i > 0; i--) {
          alternatives.add(sequence(1 + random.nextInt(2), depth + 1));
        }
        int[] times = times();
        sequence.add(
            new Element.AnyOf(
                alternatives, contiguity, times[0], times[1], inner(times), !first && one(5)));
      } else if (kind == 7) {
        List<Element.Stage> stages = new ArrayList<>();
        for (int i = 2 + random.nextInt(2); i > 0; i--) {
          stages.add(plain(Contiguity.BEGIN));
        }
        sequence.add(new Element.AllOf(stages, contiguity, contiguity(), !first && one(5)));
      } else if (kind == 8) {
        sequence.add(
            new Element.Group(
                sequence(1 + random.nextInt(2), depth + 1),
                contiguity,
                1 + random.nextInt(2),
                Contiguity.RELAXED));
      } else {
        int[] times = times();
        sequence.add(
            new Element.Stage(
                name(), kinds(), contiguity, times[0], times[1], inner(times), !first && one(5)));
      }
    }
    return sequence;
  }

  private Element.Stage plain(Contiguity contiguity) {
    return new Element.Stage(name(), kinds(), contiguity, 1, 1, Contiguity.RELAXED, false);
  }

  private String name() {
    return "s" + named++;
  }

  private int kinds() {
    return 1 << random.nextInt(KINDS) | (one(3) ? 1 << random.nextInt(KINDS) : 0);
  }

  private Contiguity contiguity() {
    return switch (random.nextInt(4)) {
      case 0 -> Contiguity.STRICT;
      case 1 -> Contiguity.RELAXED_ANY;
      default -> Contiguity.RELAXED;
    };
  }

  private int[] times() {
    return switch (random.nextInt(6)) {
      case 0 -> new int[] {2, 2};
      case 1 -> new int[] {1, 2};
      case 2 -> new int[] {1, Times.UNBOUNDED};
      default -> new int[] {1, 1};
    };
  }

  private Contiguity inner(int[] times) {
    return times[1] == 1 ? Contiguity.RELAXED : contiguity();
  }

  PatternDefinition<TestEvent> ours() {
    return new PatternDefinition<>(definitions(elements), within, SkipStrategy.noSkip());
  }

  private static List<StageDefinition<TestEvent>> definitions(List<? extends Element> elements) {
    return elements.stream().map(RandomChoices::definition).toList();
  }

  private static StageDefinition<TestEvent> definition(Element element) {
    if (element instanceof Element.Stage one) {
      return quantified(
              StageDefinition.<TestEvent>stage(one.name, one.contiguity).where(of(one.kinds)),
              one.min,
              one.max)
          .inner(one.inner)
          .optional(one.optional)
          .build();
    }
    if (element instanceof Element.AnyOf choice) {
      return quantified(
              StageDefinition.anyOf(
                  choice.contiguity,
                  choice.alternatives.stream().map(RandomChoices::definitions).toList()),
              choice.min,
              choice.max)
          .inner(choice.inner)
          .optional(choice.optional)
          .build();
    }
    if (element instanceof Element.AllOf all) {
      return StageDefinition.allOf(all.contiguity, definitions(all.stages))
          .inner(all.inner)
          .optional(all.optional)
          .build();
    }
    if (element instanceof Element.Group group) {
      return quantified(
              StageDefinition.group(group.contiguity, definitions(group.elements)),
              group.times,
              group.times)
          .inner(group.inner)
          .build();
    }
    Element.Absent absent = (Element.Absent) element;
    return StageDefinition.<TestEvent>stage(absent.name, Contiguity.ABSENT_FOR)
        .where(of(absent.kinds))
        .absentFor(absent.millis)
        .build();
  }

  private static StageDefinition.Builder<TestEvent> quantified(
      StageDefinition.Builder<TestEvent> builder, int min, int max) {
    return max == 1 ? builder : builder.times(new Times(min, max, 0));
  }

  private static EventCondition<TestEvent> of(int kinds) {
    return EventCondition.on(event -> (kinds & 1 << event.kind()) != 0);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    elements.forEach(element -> text.append("  ").append(element).append('\n'));
    return text.append("  within ").append(within).append("\n  events ").append(events).toString();
  }
}
