package io.tidegate.tool;

import io.tidegate.event.Event;
import io.tidegate.match.MatchedEvents;
import io.tidegate.plan.StageConditions;
import io.tidegate.plan.StageConditions.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a stage took none of the events that a partial match was offered.
 *
 * @param stage the stage's name
 * @param came number of events of its streams among them
 * @param held by term of its condition: for how many of these it was true
 * @param closest the one for which the fewest terms failed, and these by the least; null for none
 * @param failed the terms that failed for that one
 * @param distance how far they are from holding together, 1 for each but comparisons of numbers
 */
record Refusal(
    String stage, int came, int[] held, Event closest, List<Failure> failed, double distance) {

  /**
   * A term that did not hold.
   *
   * @param term its place in the condition's conjunction
   * @param values of its parts, see {@link Term#values}
   */
  record Failure(int term, List<Object> values) {}

  /** Looks at all events that were offered while the stage was waited for. */
  static Refusal of(
      String stage, StageConditions conditions, List<Event> offered, MatchedEvents<Event> matched) {
    List<Term> terms = conditions.of(stage);
    int[] held = new int[terms.size()];
    int came = 0;
    Event closest = null;
    int fewest = Integer.MAX_VALUE;
    double least = Double.MAX_VALUE;
    for (Event event : offered) {
      if (!conditions.reads(stage, event)) {
        continue;
      }
      came++;
      conditions.select(event);
      int failed = 0;
      double distance = 0;
      for (int i = 0; i < held.length; i++) {
        if (terms.get(i).holds(event, matched)) {
          held[i]++;
        } else {
          failed++;
          distance += terms.get(i).distance(event, matched);
        }
      }
      if (failed < fewest || failed == fewest && distance < least) {
        closest = event;
        fewest = failed;
        least = distance;
      }
    }
    if (closest != null) {
      conditions.select(closest);
    }
    return new Refusal(stage, came, held, closest, failures(terms, closest, matched), least);
  }

  private static List<Failure> failures(
      List<Term> terms, Event event, MatchedEvents<Event> matched) {
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; event != null && i < terms.size(); i++) {
      if (!terms.get(i).holds(event, matched)) {
        failures.add(new Failure(i, terms.get(i).values(event, matched)));
      }
    }
    return failures;
  }
}
