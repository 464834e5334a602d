package io.tidegate.operator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.types.StringValue;

/**
 * Identities that one key has handled, for as long as their stream's deduplication horizon.
 *
 * <p>Events come in the order of their times, so the oldest entry is the first.
 */
final class SeenIdentities {
  private record Identity(String stream, String text) {}

  /** By identity, the event time at which it is forgotten. */
  private final Map<Identity, Long> forgottenAt = new LinkedHashMap<>();

  boolean isEmpty() {
    return forgottenAt.isEmpty();
  }

  /**
   * Notes an identity.
   *
   * @param stream name of the stream
   * @param identity the identity's text
   * @param timestamp event time, ms
   * @param horizonMs for how long it is remembered, ms
   * @return false when it was seen within the horizon
   */
  boolean add(String stream, String identity, long timestamp, long horizonMs) {
    Identity seen = new Identity(stream, identity);
    Long until = forgottenAt.get(seen);
    if (until != null && timestamp < until) {
      return false;
    }
    forgottenAt.remove(seen);
    forgottenAt.put(seen, timestamp + horizonMs + 1);
    return true;
  }

  /** Forgets what no event from this time on could repeat. */
  void forget(long timestamp) {
    Iterator<Long> times = forgottenAt.values().iterator();
    while (times.hasNext() && times.next() <= timestamp) {
      times.remove();
    }
  }

  /** The event time at which nothing is left; there must be something. */
  long emptyAt() {
    long last = Long.MIN_VALUE;
    for (long time : forgottenAt.values()) {
      last = Math.max(last, time);
    }
    return last;
  }

  SeenIdentities copy() {
    SeenIdentities copy = new SeenIdentities();
    copy.forgottenAt.putAll(forgottenAt);
    return copy;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(forgottenAt.size());
    for (Map.Entry<Identity, Long> entry : forgottenAt.entrySet()) {
      StringValue.writeString(entry.getKey().stream(), out);
      StringValue.writeString(entry.getKey().text(), out);
      out.writeLong(entry.getValue());
    }
  }

  static SeenIdentities read(DataInput in) throws IOException {
    SeenIdentities seen = new SeenIdentities();
    for (int n = in.readInt(); n > 0; n--) {
      Identity identity = new Identity(StringValue.readString(in), StringValue.readString(in));
      seen.forgottenAt.put(identity, in.readLong());
    }
    return seen;
  }
}
