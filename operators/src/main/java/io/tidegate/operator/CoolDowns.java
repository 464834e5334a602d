package io.tidegate.operator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * When rules with a cool-down last reported a match of the key: the event time of the match's last
 * event, by rule, for as long as a match that is still to be found could be too close to it.
 */
final class CoolDowns {
  private static final int NUMBERS = 3;

  /** For each rule: its id, the last reported match's end, when the two are forgotten. */
  private long[] entries = new long[NUMBERS];

  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  private int find(long rule) {
    for (int at = 0; at < size * NUMBERS; at += NUMBERS) {
      if (entries[at] == rule) {
        return at;
      }
    }
    return -1;
  }

  /** Whether a match that ends then is far enough behind the rule's last. */
  boolean allows(HostedRule rule, long end) {
    int at = find(rule.coolDownId);
    return at < 0 || end - entries[at + 1] >= rule.definition.coolDownMs();
  }

  /** Notes the end of a match that is reported. */
  void reported(HostedRule rule, long end) {
    int at = find(rule.coolDownId);
    if (at < 0) {
      at = size++ * NUMBERS;
      if (at == entries.length) {
        entries = Arrays.copyOf(entries, 2 * entries.length);
      }
    }
    entries[at] = rule.coolDownId;
    entries[at + 1] = end;
    entries[at + 2] = end + rule.definition.coolDownMs() + rule.definition.longestDelayMs();
  }

  /** Forgets what no match that is found from this event time on could be too close to. */
  void forget(long timestamp) {
    for (int at = (size - 1) * NUMBERS; at >= 0; at -= NUMBERS) {
      if (entries[at + 2] <= timestamp) {
        System.arraycopy(entries, at + NUMBERS, entries, at, --size * NUMBERS - at);
      }
    }
  }

  /** The event time at which nothing is left; there must be something. */
  long emptyAt() {
    long last = Long.MIN_VALUE;
    for (int at = 0; at < size * NUMBERS; at += NUMBERS) {
      last = Math.max(last, entries[at + 2]);
    }
    return last;
  }

  CoolDowns copy() {
    CoolDowns copy = new CoolDowns();
    copy.entries = entries.clone();
    copy.size = size;
    return copy;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    for (int i = 0; i < size * NUMBERS; i++) {
      out.writeLong(entries[i]);
    }
  }

  static CoolDowns read(DataInput in) throws IOException {
    CoolDowns read = new CoolDowns();
    read.size = in.readInt();
    read.entries = new long[Math.max(1, read.size) * NUMBERS];
    for (int i = 0; i < read.size * NUMBERS; i++) {
      read.entries[i] = in.readLong();
    }
    return read;
  }
}
