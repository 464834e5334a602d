package io.tidegate.rules;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives every change its event time: beyond all that was let through, and beyond every event that a
 * router has not routed as the change needs it.
 *
 * <p>A change that was stamped before keeps its logged stamp where that has not passed. Changes of
 * one rule take effect in the order of the log: one does not come before another that waits, unless
 * that waits for a time that somebody asked for; then it takes its place.
 */
final class Stamps {
  /** Receives what is decided. */
  interface Output {
    void stamped(RuleChange change);

    void refused(RuleChange change, String reason);
  }

  /** Before a job has seen any event, a change holds from here on: 1970. */
  static final long EARLIEST = 0;

  private long watermark;
  private long sequence;
  private final List<RuleChange> waiting;
  private final Map<String, Open> open = new LinkedHashMap<>();
  private final Map<String, Long> logged;

  /** A change that not every router has acknowledged. */
  private static final class Open {
    final BitSet routers;
    final int of;
    long routedUpTo;

    Open(BitSet routers, int of, long routedUpTo) {
      this.routers = routers;
      this.of = of;
      this.routedUpTo = routedUpTo;
    }
  }

  /** An {@link Open} as it is kept: a router that has acknowledged does not do so again. */
  record Acknowledged(String request, long[] routers, int of, long routedUpTo) {}

  /** What is kept. */
  record Snapshot(
      long watermark, long sequence, List<RuleChange> waiting, List<Acknowledged> open) {}

  /**
   * Stamps after what was kept.
   *
   * @param kept of the state, or of the history
   * @param logged stamps of the status topic by request
   */
  Stamps(Snapshot kept, Map<String, Long> logged) {
    watermark = kept.watermark();
    sequence = kept.sequence();
    waiting = new ArrayList<>(kept.waiting());
    if (kept.open() != null) { // An earlier version kept none.
      for (Acknowledged one : kept.open()) {
        open.put(
            one.request(), new Open(BitSet.valueOf(one.routers()), one.of(), one.routedUpTo()));
      }
    }
    this.logged = new HashMap<>(logged);
    waiting.forEach(change -> this.logged.remove(change.request()));
    // What was stamped up to here is either applied or waits.
    this.logged.values().removeIf(stamp -> stamp <= watermark);
  }

  Snapshot snapshot() {
    List<Acknowledged> acknowledged = new ArrayList<>();
    open.forEach(
        (request, one) ->
            acknowledged.add(
                new Acknowledged(request, one.routers.toLongArray(), one.of, one.routedUpTo)));
    return new Snapshot(watermark, sequence, List.copyOf(waiting), acknowledged);
  }

  /** Takes note of an acknowledgement, and stamps the change with the last one. */
  void acknowledge(RuleAck ack, Output out) {
    Open acks =
        open.compute(
            ack.change().request(),
            (request, before) ->
                before != null && before.of == ack.routers()
                    ? before
                    // In another parallelism all routers acknowledge anew.
                    : new Open(new BitSet(), ack.routers(), RuleChange.NONE));
    acks.routers.set(ack.router());
    acks.routedUpTo = Math.max(acks.routedUpTo, ack.routedUpTo());
    if (acks.routers.cardinality() < ack.routers()) {
      return;
    }
    open.remove(ack.change().request());
    stamp(ack.change(), Math.max(EARLIEST, Math.max(acks.routedUpTo, watermark) + 1), out);
  }

  private void stamp(RuleChange change, long earliest, Output out) {
    Long before = logged.remove(change.request());
    long at = earliest;
    if (before != null && before >= earliest) {
      at = before;
    } else if (change.asked() != RuleChange.NONE) {
      if (change.asked() < earliest) {
        out.refused(
            change,
            "its time "
                + TimeText.text(change.asked())
                + " has passed; the earliest it could hold from is "
                + TimeText.text(earliest));
        return;
      }
      at = change.asked();
    } else {
      for (RuleChange other : waiting) {
        if (other.rule().equals(change.rule()) && other.asked() == RuleChange.NONE) {
          at = Math.max(at, other.stamp());
        }
      }
    }
    RuleChange stamped = change.stamped(at, sequence++);
    for (Iterator<RuleChange> others = waiting.iterator(); others.hasNext(); ) {
      RuleChange other = others.next();
      if (stamped.supersedes(other)) {
        others.remove();
        out.refused(other, "change " + change.request() + " took its place while it waited");
      }
    }
    waiting.add(stamped);
    out.stamped(stamped);
  }

  /**
   * Lets event time pass.
   *
   * @return up to where it may pass now: not beyond the logged stamp of a change that the log has
   *     yet to bring again
   */
  long advance(long to) {
    long allowed = to;
    for (long stamp : logged.values()) {
      allowed = Math.min(allowed, stamp - 1);
    }
    watermark = Math.max(watermark, allowed);
    waiting.removeIf(change -> change.stamp() - 1 <= watermark);
    return watermark;
  }

  /** Whether time is held back for changes that are to come again. */
  boolean expects() {
    return !logged.isEmpty();
  }

  /** Waits no longer for changes that did not come again. */
  void forgetExpected() {
    logged.clear();
  }
}
