package io.tidegate.match;

import static io.tidegate.match.Script.absentFor;
import static io.tidegate.match.Script.allOf;
import static io.tidegate.match.Script.anyOf;
import static io.tidegate.match.Script.begin;
import static io.tidegate.match.Script.followedBy;
import static io.tidegate.match.Script.followedByAny;
import static io.tidegate.match.Script.group;
import static io.tidegate.match.Script.is;
import static io.tidegate.match.Script.next;
import static io.tidegate.match.Script.notFollowedBy;
import static io.tidegate.match.Script.notNext;
import static io.tidegate.match.Script.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class PatternChecksTest {

  @SafeVarargs
  private static void refused(
      String stage, String reason, StageDefinition.Builder<TestEvent>... stages) {
    refused(0, SkipStrategy.noSkip(), stage, reason, stages);
  }

  @SafeVarargs
  private static void refused(
      long within,
      SkipStrategy skip,
      String stage,
      String reason,
      StageDefinition.Builder<TestEvent>... stages) {
    PatternDefinition<TestEvent> pattern = Script.pattern(within, skip, stages);
    PatternException refusal =
        catchThrowableOfType(PatternException.class, () -> Automaton.compile(pattern));
    assertThat(refusal).isNotNull();
    assertThat(refusal.stage()).isEqualTo(stage);
    assertThat(refusal.reason()).contains(reason);
  }

  @Test
  void aPatternNeedsAStage() {
    PatternException refusal =
        catchThrowableOfType(
            PatternException.class,
            () -> Automaton.compile(new PatternDefinition<>(List.of(), 0, SkipStrategy.noSkip())));
    assertThat(refusal).hasMessage("pattern: has no stage; begin with one");
  }

  @Test
  void namesAreUniqueAlsoInGroups() {
    refused("a", "used twice", begin("a"), group(Contiguity.STRICT, begin("a")));
  }

  @Test
  void onlyTheFirstStageBegins() {
    refused("a", "must be 'begin'", followedBy("a"));
    refused("b", "only the first", begin("a"), begin("b"));
  }

  @Test
  void repetitionsAreConsistent() {
    refused("a", "0 <= min <= max", begin("a").times(Times.between(3, 2)));
    refused("a", "0 <= min <= max", begin("a").times(Times.between(0, 0)));
    refused("a", "greedy needs a repetition", begin("a").greedy(true));
    refused("a", "need a repetition", begin("a").consecutive());
    refused("a", "is strict, relaxed or", begin("a").inner(Contiguity.NOT_NEXT));
    refused(
        "a",
        "exclude each other",
        begin("a").times(Times.atLeast(1)).greedy(true).allowCombinations());
    refused(
        "group 2",
        "cannot be greedy",
        begin("a"),
        group(Contiguity.STRICT, begin("b")).times(Times.atLeast(1)).greedy(true));
  }

  @Test
  void untilNeedsALoop() {
    refused("a", "until ends a loop", begin("a").until(is('b')));
    refused("a", "until ends a loop", begin("a").times(Times.exactly(2)).until(is('b')));
  }

  @Test
  void anOptionalStageDoesNotFollowAGreedyOne() {
    refused(
        "c",
        "cannot follow a greedy one",
        begin("a"),
        followedBy("b").times(Times.atLeast(1)).greedy(true),
        followedBy("c").optional(true));
  }

  @Test
  void limitsAreConsistent() {
    refused(
        5,
        SkipStrategy.noSkip(),
        "b",
        "exceeds the pattern's within",
        begin("a"),
        next("b").withinPrevious(6));
    refused(-1, SkipStrategy.noSkip(), null, "must be positive", begin("a"));
    refused("b", "must be positive", begin("a"), next("b").withinPrevious(-5));
    refused("a", "nothing comes before", begin("a").withinPrevious(5));
    refused(
        "b",
        "is for a single event",
        begin("a"),
        next("b").times(Times.exactly(2)).withinPrevious(5));
    refused(
        "group 2",
        "cannot have a time limit",
        begin("a"),
        group(Contiguity.STRICT, begin("b")).times(Times.exactly(2).within(5)));
  }

  @Test
  void absencesAreSimple() {
    refused("b", "cannot be repeated", begin("a"), notNext("b").times(Times.atLeast(1)));
    refused("b", "cannot be optional", begin("a"), notFollowedBy("b").optional(true), next("c"));
    refused(
        "c",
        "cannot follow an optional stage",
        begin("a"),
        next("b").optional(true),
        notFollowedBy("c"),
        next("d"));
    refused(
        "group 2",
        "takes one stage",
        begin("a"),
        group(Contiguity.NOT_NEXT, begin("b")),
        next("c"));
  }

  @Test
  void aFinalAbsenceNeedsALimit() {
    refused("b", "needs a time limit", begin("a"), notFollowedBy("b"));
  }

  @Test
  void aLimitMeansNothingOnAnAbsenceInTheMiddle() {
    refused("b", "unless it is last", begin("a"), notFollowedBy("b").withinPrevious(5), next("c"));
  }

  /** The reference ignores it: FLINK-15980. */
  @Test
  void anAbsenceDoesNotEndAGroup() {
    refused(
        "b",
        "cannot end a group",
        group(Contiguity.BEGIN, begin("a"), notFollowedBy("b")),
        followedBy("c"));
  }

  /** The reference fails on the first event that breaks it. */
  @Test
  void anAbsenceNeedsAnEventToCountFrom() {
    refused(
        "c",
        "needs an event to count from",
        begin("a").optional(true),
        group(Contiguity.RELAXED, begin("b").optional(true)),
        notNext("c"),
        followedBy("d"));
  }

  /** The reference hangs on the first event. */
  @Test
  void aLoopTakesAtLeastOneEvent() {
    refused(
        "group 2",
        "might take no event for ever",
        begin("a"),
        group(Contiguity.RELAXED, begin("b").optional(true), followedByAny("c").optional(true))
            .times(Times.atLeast(1)));
  }

  @Test
  void groupsAreSimple() {
    refused("group 1", "has no stage", group(Contiguity.BEGIN));
    refused("group 1", "has no condition", group(Contiguity.BEGIN, begin("a")).where(is('a')));
  }

  @Test
  void aSkipStrategyNamesAStage() {
    refused(0, SkipStrategy.skipToFirst("z"), null, "skips to stage 'z'", begin("a"), next("b"));
  }

  @Test
  void aRefusalNamesTheStage() {
    assertThat(new PatternException("b", "is wrong")).hasMessage("stage 'b': is wrong");
  }

  @Test
  void aChoiceIsDecidedByTheFirstEventOfAnAlternative() {
    refused(
        "any_of 2",
        "at least two alternatives",
        begin("a"),
        anyOf(Contiguity.RELAXED, sequence(begin("b"))));
    refused(
        "any_of 2",
        "alternative 2 begins with a stage that may be left out",
        begin("a"),
        anyOf(
            Contiguity.RELAXED,
            sequence(begin("b")),
            sequence(group(Contiguity.BEGIN, begin("c").optional(true), next("d")))));
    refused(
        "any_of 2",
        "alternative 1 begins with the absence 'b'",
        begin("a"),
        anyOf(Contiguity.RELAXED, sequence(notNext("b"), next("d")), sequence(begin("c"))));
    refused(
        "any_of 1",
        "cannot be greedy",
        anyOf(Contiguity.BEGIN, sequence(begin("b")), sequence(begin("c")))
            .times(Times.atLeast(1))
            .greedy(true));
    refused(
        "d",
        "cannot end a group or an alternative",
        begin("a"),
        anyOf(Contiguity.RELAXED, sequence(begin("b"), notFollowedBy("d")), sequence(begin("c"))));
  }

  @Test
  void allOfTakesPlainStagesOnce() {
    refused("all_of 1", "takes 2 to 8 stages, not 1", allOf(Contiguity.BEGIN, begin("b")));
    refused(
        "c",
        "occurs once",
        allOf(Contiguity.BEGIN, begin("b"), begin("c").times(Times.exactly(2))));
    refused(
        "all_of 1",
        "cannot be repeated",
        allOf(Contiguity.BEGIN, begin("b"), begin("c")).times(Times.exactly(2)));
    refused(
        "all_of 1",
        "plain stages",
        allOf(Contiguity.BEGIN, begin("b"), group(Contiguity.BEGIN, begin("c"))));
  }

  @Test
  void anAbsenceWithADurationNeedsAMomentToCountFromAndAnEnd() {
    refused("x", "at least 1 ms", begin("a"), absentFor("x", 0));
    refused(50, SkipStrategy.noSkip(), "x", "cannot end within", begin("a"), absentFor("x", 60));
    refused("x", "cannot follow not_next", begin("a"), notNext("b"), absentFor("x", 5));
    refused("x", "one absent_for", begin("a"), notFollowedBy("b"), absentFor("x", 5));
    refused("x", "cannot be optional", begin("a"), absentFor("x", 5).optional(true));
    refused("x", "cannot be repeated", begin("a"), absentFor("x", 5).times(Times.exactly(2)));
    refused(
        "x",
        "a time limit of its own",
        begin("a"),
        followedBy("b").times(Times.atLeast(2).within(3)),
        absentFor("x", 5));
    refused(null, "an event to count from", begin("a").optional(true), absentFor("x", 5));
  }
}
