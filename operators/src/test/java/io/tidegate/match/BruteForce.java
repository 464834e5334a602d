package io.tidegate.match;

import io.tidegate.match.RandomChoices.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * What a pattern of {@link RandomChoices} has to match, by the definition of its elements: every
 * way to lay the elements over the list of all events is tried.
 */
final class BruteForce {
  /** Beyond so many matches a case only costs time. */
  static final int TOO_MANY = 500;

  private record Taken(String stage, TestEvent event) {}

  /**
   * Events taken so far.
   *
   * @param taken in order
   * @param last number of the last event taken
   * @param time its time, or the end of an absence since
   * @param step when that was known
   */
  private record Path(List<Taken> taken, int last, long start, long time, String step) {}

  /** Which of the events that fit may be the next. */
  private record Choice(Contiguity contiguity, int exactly) {
    static Choice by(Contiguity contiguity) {
      return new Choice(contiguity, -1);
    }

    static Choice exactly(int event) {
      return new Choice(null, event);
    }
  }

  private static final class TooMany extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final List<TestEvent> events;
  private final long within;
  private final List<String> matches = new ArrayList<>();
  private int tried;

  private BruteForce(RandomChoices pattern) {
    this.events = pattern.events;
    this.within = pattern.within;
  }

  /** The matches, sorted, in the form of {@link Outcome}; null where there are too many. */
  static List<String> matches(RandomChoices pattern) {
    BruteForce force = new BruteForce(pattern);
    try {
      for (int i = 0; i < pattern.events.size(); i++) {
        long start = pattern.events.get(i).timestamp();
        Path nothing = new Path(List.of(), i - 1, start, start, "");
        force.element(pattern.elements, 0, Choice.exactly(i), nothing, path -> force.found(path));
      }
    } catch (TooMany e) {
      return null;
    }
    force.matches.sort(null);
    return force.matches;
  }

  private void found(Path path) {
    Map<String, List<TestEvent>> byStage = new TreeMap<>();
    path.taken.forEach(
        one -> byStage.computeIfAbsent(one.stage, s -> new ArrayList<>()).add(one.event));
    matches.add(path.step + " match " + Outcome.text(byStage));
    if (matches.size() > TOO_MANY) {
      throw new TooMany();
    }
  }

  /** Lays the elements from the k-th on; {@code first} where that one's own way in is replaced. */
  private void element(
      List<? extends Element> elements, int k, Choice first, Path path, Consumer<Path> done) {
    if (++tried > 20_000) {
      throw new TooMany();
    }
    if (k == elements.size()) {
      done.accept(path);
      return;
    }
    Consumer<Path> next = after -> element(elements, k + 1, null, after, done);
    Element element = elements.get(k);
    if (element instanceof Element.Stage one) {
      if (one.optional()) {
        next.accept(path);
      }
      repeat(one, 0, in(first, one.contiguity()), path, next);
    } else if (element instanceof Element.AnyOf choice) {
      if (choice.optional()) {
        next.accept(path);
      }
      repeat(choice, 0, in(first, choice.contiguity()), path, next);
    } else if (element instanceof Element.AllOf all) {
      if (all.optional()) {
        next.accept(path);
      }
      anyOrder(all.stages(), all.inner(), in(first, all.contiguity()), path, next);
    } else if (element instanceof Element.Group group) {
      group(group, 0, in(first, group.contiguity()), path, next);
    } else {
      absent((Element.Absent) element, path, next);
    }
  }

  private static Choice in(Choice first, Contiguity own) {
    return first == null ? Choice.by(own) : first;
  }

  private void repeat(Element.Stage one, int n, Choice in, Path path, Consumer<Path> next) {
    for (int event : candidates(path, in, i -> fits(one.kinds(), i))) {
      Path taken = take(path, one.name(), event);
      if (n + 1 >= one.min()) {
        next.accept(taken);
      }
      if (n + 1 < one.max()) {
        repeat(one, n + 1, Choice.by(one.inner()), taken, next);
      }
    }
  }

  private void repeat(Element.AnyOf choice, int n, Choice in, Path path, Consumer<Path> next) {
    for (int event : candidates(path, in, i -> begins(choice, i))) {
      for (List<Element> alternative : choice.alternatives()) {
        // The alternatives that the event does not fit are given up.
        element(
            alternative,
            0,
            Choice.exactly(event),
            path,
            taken -> {
              if (n + 1 >= choice.min()) {
                next.accept(taken);
              }
              if (n + 1 < choice.max()) {
                repeat(choice, n + 1, Choice.by(choice.inner()), taken, next);
              }
            });
      }
    }
  }

  private void anyOrder(
      List<Element.Stage> left, Contiguity inner, Choice in, Path path, Consumer<Path> next) {
    if (left.isEmpty()) {
      next.accept(path);
      return;
    }
    for (int event :
        candidates(path, in, i -> left.stream().anyMatch(one -> fits(one.kinds(), i)))) {
      for (Element.Stage one : left) {
        if (fits(one.kinds(), event)) {
          List<Element.Stage> others = new ArrayList<>(left);
          others.remove(one);
          anyOrder(others, inner, Choice.by(inner), take(path, one.name(), event), next);
        }
      }
    }
  }

  private void group(Element.Group group, int n, Choice in, Path path, Consumer<Path> next) {
    // A group inside decides for itself how its first stage follows: it begins it.
    Element head = group.elements().get(0);
    boolean nested = head instanceof Element.Group;
    Choice first = nested && in.exactly < 0 ? Choice.by(Contiguity.STRICT) : in;
    List<Element> elements = new ArrayList<>(group.elements());
    if (head instanceof Element.Stage one) {
      // As in the reference, its occurrences follow each other as those of the group do.
      elements.set(0, one.repeated(group.inner()));
    }
    element(
        elements,
        0,
        first,
        path,
        taken -> {
          if (n + 1 == group.times()) {
            next.accept(taken);
          } else {
            group(group, n + 1, Choice.by(group.inner()), taken, next);
          }
        });
  }

  private void absent(Element.Absent absent, Path path, Consumer<Path> next) {
    long end = path.time + absent.millis();
    if (within > 0 && end > path.start + within) {
      return;
    }
    for (int i = path.last + 1; i < events.size(); i++) {
      long time = events.get(i).timestamp();
      if (time >= path.time && time < end && fits(absent.kinds(), i)) {
        return;
      }
    }
    next.accept(new Path(path.taken, path.last, path.start, end, "time " + end));
  }

  private List<Integer> candidates(Path path, Choice in, IntPredicate fits) {
    List<Integer> candidates = new ArrayList<>();
    for (int i = path.last + 1; i < events.size(); i++) {
      long time = events.get(i).timestamp();
      if (within > 0 && time >= path.start + within) {
        break;
      }
      if (time < path.time || (in.exactly >= 0 && i != in.exactly)) {
        continue;
      }
      if (fits.test(i)) {
        candidates.add(i);
      }
      boolean decided =
          in.exactly >= 0
              || in.contiguity == Contiguity.STRICT
              || in.contiguity == Contiguity.BEGIN
              || (in.contiguity == Contiguity.RELAXED && !candidates.isEmpty());
      if (decided) {
        break;
      }
    }
    return candidates;
  }

  private Path take(Path path, String stage, int event) {
    List<Taken> taken = new ArrayList<>(path.taken);
    taken.add(new Taken(stage, events.get(event)));
    return new Path(taken, event, path.start, events.get(event).timestamp(), "event " + event);
  }

  private boolean begins(Element element, int event) {
    if (element instanceof Element.Stage one) {
      return fits(one.kinds(), event);
    }
    if (element instanceof Element.AllOf all) {
      return all.stages().stream().anyMatch(one -> fits(one.kinds(), event));
    }
    if (element instanceof Element.Group group) {
      return begins(group.elements().get(0), event);
    }
    return element instanceof Element.AnyOf choice
        && choice.alternatives().stream().anyMatch(each -> begins(each.get(0), event));
  }

  private boolean fits(int kinds, int event) {
    return (kinds & 1 << events.get(event).kind()) != 0;
  }
}
