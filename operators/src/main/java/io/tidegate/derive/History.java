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
  private final SampleQueue samples;
  private Summary summary;
  private HistoryStore store;
  private long field;

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
    this(function, type, events, rangeMs, new SampleQueue(type), Summary.of(function, type));
  }

  private History(
      DerivedFunction function,
      FieldType type,
      int events,
      long rangeMs,
      SampleQueue samples,
      Summary summary) {
    this.function = function;
    this.type = type;
    this.events = events;
    this.rangeMs = rangeMs;
    this.samples = samples;
    this.summary = summary;
  }

  /** From now on what is apart lies there, under the id of a field. */
  void attach(HistoryStore to, long id) {
    store = to;
    field = id;
    samples.attach(to, id);
    summary.attach(to, id);
  }

  /** The summary of what counts; valid until the next change. */
  Summary summary() {
    return summary;
  }

  SampleQueue samples() {
    return samples;
  }

  boolean isEmpty() {
    return samples.isEmpty();
  }

  /** Drops what is out of the range of an event of that time; says whether anything was. */
  boolean advanceTo(long time) {
    return rangeMs > 0 && evict(time - rangeMs);
  }

  /** Takes an event's value; an event without one is no value but has its place. */
  void take(long time, boolean missing, long number, String text) {
    long position = rangeMs > 0 ? time : taken;
    taken++;
    if (!missing) {
      while (!isEmpty() && summary.outweighs(number, samples.lastNumber())) {
        summary.remove(samples.lastNumber(), samples.lastText());
        samples.removeLast();
      }
      samples.addLast(position, number, text);
      summary.add(number, text);
    }
    if (rangeMs == 0) {
      evict(position - events);
    }
  }

  private boolean evict(long upTo) {
    if (isEmpty() || samples.firstPosition() > upTo) {
      return false;
    }
    if (samples.lastPosition() <= upTo) {
      clear();
      return true;
    }
    while (samples.firstPosition() <= upTo) {
      removeFirst();
    }
    return true;
  }

  private void removeFirst() {
    summary.remove(samples.firstNumber(), samples.firstText());
    samples.removeFirst();
  }

  /** Drops everything. */
  void clear() {
    while (summary.isApart() && !isEmpty()) {
      removeFirst();
    }
    samples.clear();
    summary = Summary.of(function, type);
    summary.attach(store, field);
  }

  /** Puts what has become much apart, and takes back what has become little. */
  void spread(boolean spreads) {
    if (spreads) {
      samples.spread();
    }
    if (samples.hasBlocks()) {
      summary.putApart();
    } else if (summary.isApart()) {
      summary.takeBack(samples);
    }
  }

  /**
   * The event time at which a time range holds nothing more; MIN_VALUE where it holds nothing, or
   * where a number of events is kept whatever the time.
   */
  long emptyAt() {
    return rangeMs == 0 || isEmpty() ? Long.MIN_VALUE : samples.lastPosition() + rangeMs;
  }

  /** A copy that shares only what is apart. */
  History copy() {
    History copy = new History(function, type, events, rangeMs, samples.copy(), summary.copy());
    copy.taken = taken;
    copy.attach(store, field);
    return copy;
  }

  /**
   * Writes everything that reading needs: a definition may be gone by then. A summary is made anew
   * from the values where they are all here.
   */
  void write(DataOutput out) throws IOException {
    out.writeByte(function.ordinal());
    out.writeByte(type == null ? NO_VALUES : type.ordinal());
    Numbers.write(out, events);
    Numbers.write(out, rangeMs);
    Numbers.write(out, taken);
    samples.write(out);
    if (samples.hasBlocks()) {
      summary.write(out);
    }
  }

  /** Reads what {@link #write} has written in a format so far. */
  static History read(DataInput in, int format) throws IOException {
    DerivedFunction function = DerivedFunction.values()[in.readByte()];
    int kind = in.readByte();
    FieldType type = kind == NO_VALUES ? null : FieldType.values()[kind];
    int events = (int) Numbers.readLong(in);
    long rangeMs = Numbers.readLong(in);
    long taken = Numbers.readLong(in);
    SampleQueue samples = SampleQueue.read(in, type, format);
    Summary summary = Summary.of(function, type);
    if (samples.hasBlocks()) {
      summary.read(in);
    } else {
      samples.addTo(summary);
    }
    History history = new History(function, type, events, rangeMs, samples, summary);
    history.taken = taken;
    return history;
  }
}
