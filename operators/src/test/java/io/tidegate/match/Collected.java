package io.tidegate.match;

import java.util.List;

/**
 * What a matcher puts out, as it is.
 *
 * @param matches complete matches
 * @param drops what was dropped
 */
record Collected(List<Match<TestEvent>> matches, List<Integer> drops)
    implements MatchOutput<TestEvent> {

  /** Matches only; a drop is an error. */
  static Collected matches(List<Match<TestEvent>> matches) {
    return new Collected(matches, null);
  }

  @Override
  public void match(Match<TestEvent> match) {
    matches.add(match);
  }

  @Override
  public void timeout(Match<TestEvent> partial, long timestamp) {
    // Not asked for.
  }

  @Override
  public void dropped(Dropped what, int count) {
    drops.add(count);
  }
}
