package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.match.Limits;
import io.tidegate.match.MatcherState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Drops open partial matches of a rule that has more than its limit allows, without reading pages
 * that hold none of them.
 *
 * <p>Within a state, partial matches lie in order from the first page to what lies with the key. So
 * the oldest of all is the oldest of some state in the first part that has any of that state. Where
 * all wait in one state, that is the first page, and it need not even be read: its count says how
 * many at its front are void, see {@link Segments#page}.
 */
final class Surplus {
  private static final long NOT_ONE_STATE = 1L << 63;

  private final OpenRule rule;
  private final HostedRule hosted;
  private final Segments segments;
  private final Map<Integer, MatcherState<Event>> read = new TreeMap<>();

  private Surplus(OpenRule rule, HostedRule hosted, Segments segments) {
    this.rule = rule;
    this.hosted = hosted;
    this.segments = segments;
  }

  /** Whether what is beyond a limit can be dropped so; else all has to be gathered before. */
  static boolean fits(OpenRule rule, HostedRule hosted) {
    Limits limits = hosted.matcher.limits();
    // What lies with the key alone must not reach the limit: the matcher would drop of that.
    return limits.open() > 2 * Segments.NEAR
        && rule.nearCount() < limits.open() / 2
        && (rule.occupied() & NOT_ONE_STATE) == 0;
  }

  /** Drops as many as are too many; returns their number. */
  static int drop(OpenRule rule, HostedRule hosted, Segments segments) {
    Limits limits = hosted.matcher.limits();
    int surplus = rule.count() - limits.open();
    if (surplus <= 0) {
      return 0;
    }
    if (limits.policy() != Limits.Policy.DROP_OLDEST) {
      // The youngest lie with the key.
      rule.near().get().drop(surplus, limits.policy());
      Segments.summarize(rule, hosted);
    } else if (Long.bitCount(rule.occupied()) == 1) {
      segments.dropFront(rule, surplus);
    } else {
      new Surplus(rule, hosted, segments).dropOldest(surplus);
    }
    return surplus;
  }

  private void dropOldest(int surplus) {
    for (int i = 0; i < surplus; i++) {
      dropOldest();
    }
    // From the last on, so that removing a page moves none that is still to be written.
    List<Integer> changed = new ArrayList<>(read.keySet());
    for (int i = changed.size() - 1; i >= 0; i--) {
      segments.putBack(rule, hosted, changed.get(i), read.get(changed.get(i)));
    }
    Segments.summarize(rule, hosted);
  }

  private void dropOldest() {
    List<MatcherState<Event>> parts = new ArrayList<>();
    List<Long> states = new ArrayList<>();
    long seen = 0;
    Pages pages = rule.pages;
    for (int at = 0; at <= pages.size(); at++) {
      boolean near = at == pages.size();
      long own = (near ? rule.near().get().occupied() : occupied(at)) & ~seen;
      if (own != 0) {
        parts.add(near ? rule.near().get() : part(at));
        states.add(own);
        seen |= own;
      }
    }
    int oldest = MatcherState.partOfOldest(parts, states);
    parts.get(oldest).dropOldest(states.get(oldest));
  }

  private long occupied(int at) {
    MatcherState<Event> part = read.get(at);
    return part == null ? rule.pages.occupied(at) : part.occupied();
  }

  private MatcherState<Event> part(int at) {
    return read.computeIfAbsent(at, place -> segments.page(rule, place));
  }
}
