package io.tidegate.derive;

import io.tidegate.event.FieldType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What one derived field looks back at for one key: the values of the last events, or of those
 * within a time range. Nulls have their place among the last events and no value.
 */
final class History {
  private static final int NO_VALUES = -1;

  private final DerivedFunction function;
  private final FieldType type;
  private final int events;
  private final long rangeMs;
  private final Samples samples;
  private final Summary summary;

  /** How many events were taken. */
  private long taken;

  /**
   * An empty history.
   *
   * @param type type of the values; null for events as such
   * @param events how many events count; 0 for a time range
   * @param rangeMs the time range, ms; 0 for a number of events
   */
  History(DerivedFunction function, FieldType type, int events, long rangeMs) {
    this.function = function;
    this.type = type;
    this.events = events;
    this.rangeMs = rangeMs;
    this.samples = new Samples(type == FieldType.STRING);
    this.summary = Summary.of(function, type);
  }

  private History(History from) {
    function = from.function;
    type = from.type;
    events = from.events;
    rangeMs = from.rangeMs;
    samples = from.samples.copy();
    summary = Summary.of(function, type);
    taken = from.taken;
    for (int n = 0; n < samples.size(); n++) {
      summary.add(samples.number(n), samples.text(n));
    }
  }

  /** The summary of what counts; valid until the next change. */
  Summary summary() {
    return summary;
  }

  Samples samples() {
    return samples;
  }

  boolean isEmpty() {
    return samples.size() == 0;
  }

  /** Drops what is out of the range of an event of that time. */
  void advanceTo(long time) {
    if (rangeMs > 0) {
      evict(time - rangeMs);
    }
  }

  /** Takes an event's value; an event without one is no value but has its place. */
  void take(long time, boolean missing, long number, String text) {
    long position = rangeMs > 0 ? time : taken;
    taken++;
    if (!missing) {
      while (!isEmpty() && outweighsLast(number)) {
        summary.remove(samples.number(samples.size() - 1), samples.text(samples.size() - 1));
        samples.removeLast();
      }
      samples.addLast(position, number, text);
      summary.add(number, text);
    }
    if (rangeMs == 0) {
      evict(position - events);
    }
  }

  private boolean outweighsLast(long number) {
    return summary.outweighs(number, samples.number(samples.size() - 1));
  }

  private void evict(long upTo) {
    while (!isEmpty() && samples.position(0) <= upTo) {
      summary.remove(samples.number(0), samples.text(0));
      samples.removeFirst();
    }
  }

  /**
   * The event time at which a time range holds nothing more; MIN_VALUE where it holds nothing, or
   * where a number of events is kept whatever the time.
   */
  long emptyAt() {
    return rangeMs == 0 || isEmpty()
        ? Long.MIN_VALUE
        : samples.position(samples.size() - 1) + rangeMs;
  }

  History copy() {
    return new History(this);
  }

  /** Writes everything that reading needs: a definition may be gone by then. */
  void write(DataOutput out) throws IOException {
    out.writeByte(function.ordinal());
    out.writeByte(type == null ? NO_VALUES : type.ordinal());
    Numbers.write(out, events);
    Numbers.write(out, rangeMs);
    Numbers.write(out, taken);
    Numbers.write(out, samples.size());
    long before = 0;
    for (int n = 0; n < samples.size(); n++) {
      Numbers.write(out, samples.position(n) - before);
      before = samples.position(n);
      writeValue(out, n);
    }
  }

  private void writeValue(DataOutput out, int n) throws IOException {
    if (type == FieldType.STRING) {
      Numbers.write(out, samples.text(n));
    } else if (type == FieldType.DOUBLE) {
      out.writeLong(samples.number(n));
    } else if (type != null) {
      Numbers.write(out, samples.number(n));
    }
  }

  /** Reads what {@link #write} has written. */
  static History read(DataInput in) throws IOException {
    DerivedFunction function = DerivedFunction.values()[in.readByte()];
    int kind = in.readByte();
    FieldType type = kind == NO_VALUES ? null : FieldType.values()[kind];
    History history = new History(function, type, (int) Numbers.readLong(in), Numbers.readLong(in));
    history.taken = Numbers.readLong(in);
    long position = 0;
    for (long left = Numbers.readLong(in); left > 0; left--) {
      position += Numbers.readLong(in);
      String text = type == FieldType.STRING ? Numbers.readString(in) : null;
      long number =
          type == null || type == FieldType.STRING
              ? 0
              : type == FieldType.DOUBLE ? in.readLong() : Numbers.readLong(in);
      history.samples.addLast(position, number, text);
      history.summary.add(number, text);
    }
    return history;
  }
}
