package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventSerializer;
import io.tidegate.match.Limits;
import io.tidegate.match.MatcherState;
import io.tidegate.match.Summary;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Keeps the many partial matches of one rule and key in pages of their own, so that an event reads
 * and writes what it touches: one that only begins another partial match writes the few youngest,
 * which lie with the key, and one that concerns none of them reads no page.
 *
 * <p>Only where the backend keeps bytes; on the heap everything lies with the key. Pages are
 * written small and joined once there are many small ones, so a partial match is rewritten about
 * twice. Where matches make others void (a skip strategy), all are needed at once: they lie in one
 * page, which is read when an event concerns the rule. Everything is of the backend's current key.
 */
final class Segments {
  /** As many partial matches go into a page. */
  static final int NEAR = 32;

  /** Pages below half of this are small; larger ones are not made where there is a choice. */
  private static final int LARGE = 1024;

  private static final int SMALL_PAGES = 32;

  private final MapState<Tuple2<Long, Integer>, StoredState> store;
  private final EventSerializer layout;
  private final boolean spreads;
  private long reads;
  private long writes;

  /**
   * Segments in a keyed state.
   *
   * @param layout serializer of events in the present layout
   * @param spreads whether states are spread over pages; those that are, are read in any case
   */
  Segments(KeyedStateStore store, EventSerializer layout, boolean spreads) {
    this.store =
        store.getMapState(
            new MapStateDescriptor<>(
                "pages",
                Types.<Tuple2<Long, Integer>>TUPLE(Types.LONG, Types.INT)
                    .createSerializer(new SerializerConfigImpl()),
                new StoredStateSerializer(layout)));
    this.layout = layout;
    this.spreads = spreads;
  }

  /** How many pages have been read since the start. */
  long reads() {
    return reads;
  }

  /** How many pages have been written or removed since the start. */
  long writes() {
    return writes;
  }

  /** Reads all pages of a rule, so that {@link OpenRule#state} is all that it has open. */
  void gather(OpenRule rule, HostedRule hosted) {
    MatcherState<Event> whole = page(rule, 0);
    for (int at = 1; at < rule.pages.size(); at++) {
      whole.absorb(page(rule, at));
    }
    whole.absorb(rule.near().get());
    rule.whole = whole;
    rule.wholeChanged = false;
    summarize(rule, hosted);
  }

  /** A page without what is void of it, its events in the present layout. */
  MatcherState<Event> page(OpenRule rule, int at) {
    reads++;
    try {
      MatcherState<Event> page = store.get(id(rule, at)).in(layout).get();
      page.drop(page.openMatches() - rule.pages.count(at), Limits.Policy.DROP_OLDEST);
      return page;
    } catch (Exception e) {
      throw failed(rule, at, "read", e);
    }
  }

  /** Makes the first n partial matches void, which all wait in one state; no page is read. */
  void dropFront(OpenRule rule, int n) {
    Pages pages = rule.pages;
    int left = n;
    while (left > 0 && pages.size() > 0) {
      int from = Math.min(left, pages.count(0));
      left -= from;
      if (from < pages.count(0)) {
        pages.takeFront(0, from);
      } else {
        remove(rule, 0);
        pages.remove(0);
      }
    }
    if (pages.size() == 0) {
      rule.pages = null;
    }
  }

  /** Writes a page that has lost some, or removes it. */
  void putBack(OpenRule rule, HostedRule hosted, int at, MatcherState<Event> page) {
    Pages pages = rule.pages;
    if (page.isEmpty()) {
      remove(rule, at);
      pages.remove(at);
    } else {
      put(rule, at, page);
      Summary open = hosted.matcher.summary(page);
      pages.set(at, open.deadline(), open.openMatches(), open.occupied());
    }
    if (pages.size() == 0) {
      rule.pages = null;
    }
  }

  private void put(OpenRule rule, int at, MatcherState<Event> page) {
    writes++;
    try {
      store.put(id(rule, at), new StoredState(page));
    } catch (Exception e) {
      throw failed(rule, at, "written", e);
    }
  }

  private void remove(OpenRule rule, int at) {
    writes++;
    try {
      store.remove(id(rule, at));
    } catch (Exception e) {
      throw failed(rule, at, "removed", e);
    }
  }

  private static FlinkRuntimeException failed(OpenRule rule, int at, String what, Exception e) {
    String page = "page " + rule.pages.number(at) + " of state " + Long.toHexString(rule.id);
    return new FlinkRuntimeException(page + " cannot be " + what, e);
  }

  private static Tuple2<Long, Integer> id(OpenRule rule, int at) {
    return Tuple2.of(rule.id, rule.pages.number(at));
  }

  /** Notes what is in reach. */
  static void summarize(OpenRule rule, HostedRule hosted) {
    Summary open = hosted.matcher.summary(rule.state());
    rule.changed(open.deadline(), open.openMatches(), open.occupied());
  }

  /** Puts back what was gathered, and into pages what has become much; before a key is written. */
  void spread(OpenRule rule, HostedRule hosted) {
    if (rule.whole != null) {
      if (rule.wholeChanged) {
        drop(rule);
        rule.replaceNear(rule.whole);
      }
      rule.whole = null;
      summarize(rule, hosted);
    }
    if (!spreads || rule.nearCount() < NEAR) {
      return;
    }
    boolean independent = hosted.matcher.automaton().independent();
    while (rule.nearCount() >= NEAR) {
      MatcherState<Event> near = rule.state();
      if (independent && rule.nearCount() > LARGE) {
        write(rule, hosted, near.removeFirst(LARGE));
      } else {
        write(rule, hosted, near);
        rule.replaceNear(near.successor());
      }
      summarize(rule, hosted);
    }
    if (independent) {
      join(rule, hosted);
    }
  }

  private void write(OpenRule rule, HostedRule hosted, MatcherState<Event> page) {
    if (rule.pages == null) {
      rule.pages = new Pages();
    }
    Summary open = hosted.matcher.summary(page);
    rule.pages.add(open.deadline(), open.openMatches(), open.occupied());
    put(rule, rule.pages.size() - 1, page);
  }

  /** Joins the small pages at the end, once there are many. */
  private void join(OpenRule rule, HostedRule hosted) {
    Pages pages = rule.pages;
    int from = pages.size();
    while (from > 0 && pages.count(from - 1) < LARGE / 2) {
      from--;
    }
    if (pages.size() - from < SMALL_PAGES) {
      return;
    }
    MatcherState<Event> joined = page(rule, from);
    for (int at = from + 1; at < pages.size(); at++) {
      joined.absorb(page(rule, at));
    }
    while (pages.size() > from) {
      remove(rule, pages.size() - 1);
      pages.remove(pages.size() - 1);
    }
    write(rule, hosted, joined);
  }

  /** The pages of a rule whose first deadline is reached, for which {@code expire} is called. */
  void expire(OpenRule rule, HostedRule hosted, long time, Expiring expiring) {
    Pages pages = rule.pages;
    List<Integer> due = new ArrayList<>();
    for (int at = 0; at < pages.size(); at++) {
      if (pages.deadline(at) <= time) {
        due.add(at);
      }
    }
    for (int i = due.size() - 1; i >= 0; i--) {
      int at = due.get(i);
      MatcherState<Event> page = page(rule, at);
      page.goOnAfter(rule.near().get());
      expiring.expire(page);
      rule.near().get().goOnAfter(page);
      putBack(rule, hosted, at, page);
    }
  }

  /** Lets time pass for a page. */
  interface Expiring {
    void expire(MatcherState<Event> page);
  }

  /** Removes the pages of a rule. */
  void drop(OpenRule rule) {
    if (rule.pages != null) {
      for (int at = 0; at < rule.pages.size(); at++) {
        remove(rule, at);
      }
      rule.pages = null;
    }
  }
}
