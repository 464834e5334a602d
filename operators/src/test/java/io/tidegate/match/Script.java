package io.tidegate.match;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs a pattern over events written as text, so that tests read as sentences.
 *
 * <p>An event is a letter, optionally a number and a time: {@code b7@12}. Without a time it comes
 * one ms after the event before it, the first one at 1. A match reads {@code a=0 b=1,3}: stages
 * with the numbers of their events.
 */
final class Script implements MatchOutput<TestEvent> {
  final Matcher<TestEvent> matcher;
  MatcherState<TestEvent> state = new MatcherState<>();
  private final List<String> names;
  private final List<String> matches = new ArrayList<>();
  private final List<String> timeouts = new ArrayList<>();
  private final List<String> dropped = new ArrayList<>();
  private int events;
  private long now;

  private Script(PatternDefinition<TestEvent> pattern, Limits limits) {
    this.matcher = new Matcher<>(Automaton.compile(pattern), limits);
    this.names = pattern.stageNames();
  }

  /** A pattern without time limit that keeps every match. */
  @SafeVarargs
  static Script of(StageDefinition.Builder<TestEvent>... stages) {
    return of(0, SkipStrategy.noSkip(), stages);
  }

  @SafeVarargs
  static Script of(long within, SkipStrategy skip, StageDefinition.Builder<TestEvent>... stages) {
    return of(pattern(within, skip, stages), Limits.NONE);
  }

  static Script of(PatternDefinition<TestEvent> pattern, Limits limits) {
    return new Script(pattern, limits);
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  static PatternDefinition<TestEvent> pattern(
      long within, SkipStrategy skip, StageDefinition.Builder<TestEvent>... stages) {
    return new PatternDefinition<>(built(List.of(stages)), within, skip);
  }

  static StageDefinition.Builder<TestEvent> begin(String name) {
    return stage(name, Contiguity.BEGIN);
  }

  static StageDefinition.Builder<TestEvent> next(String name) {
    return stage(name, Contiguity.STRICT);
  }

  static StageDefinition.Builder<TestEvent> followedBy(String name) {
    return stage(name, Contiguity.RELAXED);
  }

  static StageDefinition.Builder<TestEvent> followedByAny(String name) {
    return stage(name, Contiguity.RELAXED_ANY);
  }

  static StageDefinition.Builder<TestEvent> notNext(String name) {
    return stage(name, Contiguity.NOT_NEXT);
  }

  static StageDefinition.Builder<TestEvent> notFollowedBy(String name) {
    return stage(name, Contiguity.NOT_FOLLOWED_BY);
  }

  /** A stage that takes events of the letter that its name begins with. */
  static StageDefinition.Builder<TestEvent> stage(String name, Contiguity contiguity) {
    return StageDefinition.<TestEvent>stage(name, contiguity).where(is(name.charAt(0)));
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  static StageDefinition.Builder<TestEvent> group(
      Contiguity contiguity, StageDefinition.Builder<TestEvent>... stages) {
    return StageDefinition.group(contiguity, built(List.of(stages)));
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  static StageDefinition.Builder<TestEvent> anyOf(
      Contiguity contiguity, List<StageDefinition<TestEvent>>... alternatives) {
    return StageDefinition.anyOf(contiguity, List.of(alternatives));
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  static StageDefinition.Builder<TestEvent> allOf(
      Contiguity contiguity, StageDefinition.Builder<TestEvent>... stages) {
    return StageDefinition.allOf(contiguity, built(List.of(stages)));
  }

  static StageDefinition.Builder<TestEvent> absentFor(String name, long millis) {
    return stage(name, Contiguity.ABSENT_FOR).absentFor(millis);
  }

  /** The stages of an alternative. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  static List<StageDefinition<TestEvent>> sequence(StageDefinition.Builder<TestEvent>... stages) {
    return built(List.of(stages));
  }

  private static List<StageDefinition<TestEvent>> built(
      List<StageDefinition.Builder<TestEvent>> stages) {
    List<StageDefinition<TestEvent>> built = new ArrayList<>();
    for (StageDefinition.Builder<TestEvent> stage : stages) {
      built.add(stage.build());
    }
    return built;
  }

  static EventCondition<TestEvent> is(char letter) {
    return EventCondition.on(event -> event.kind() == letter - 'a');
  }

  /** Offers events, letting time advance to each. */
  Script on(String text) {
    for (String token : text.split(" ")) {
      String[] parts = token.split("@");
      long timestamp = parts.length > 1 ? Long.parseLong(parts[1]) : now + 1;
      String value = parts[0].substring(1);
      TestEvent event =
          new TestEvent(
              events++,
              timestamp,
              token.charAt(0) - 'a',
              value.isEmpty() ? 0 : Integer.parseInt(value));
      until(timestamp);
      matcher.offer(state, event, timestamp, this);
    }
    return this;
  }

  /** Lets time pass. */
  Script until(long timestamp) {
    matcher.advanceTime(state, timestamp, this);
    now = timestamp;
    return this;
  }

  List<String> matches() {
    return matches;
  }

  List<String> timeouts() {
    return timeouts;
  }

  List<String> dropped() {
    return dropped;
  }

  @Override
  public void match(Match<TestEvent> match) {
    matches.add(text(match));
  }

  @Override
  public void timeout(Match<TestEvent> partial, long timestamp) {
    timeouts.add(text(partial) + " at " + timestamp);
  }

  @Override
  public void dropped(Dropped what, int count) {
    dropped.add(count + " " + what);
  }

  private String text(Match<TestEvent> match) {
    List<String> stages = new ArrayList<>();
    for (int stage = 0; stage < names.size(); stage++) {
      if (match.count(stage) > 0) {
        stages.add(
            names.get(stage)
                + "="
                + match.stage(stage).stream()
                    .map(event -> String.valueOf(event.id()))
                    .collect(Collectors.joining(",")));
      }
    }
    return String.join(" ", stages);
  }
}
