package io.tidegate.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What one key keeps for its derived fields: a history for each, found by what the field is.
 *
 * <p>Written with everything that reading needs, so that state of a field that is gone or has
 * become another can be read; it is dropped when the key is next handled.
 */
public final class DerivedState {
  private static final int FORMAT = 2;
  private static final long[] NO_IDS = {};
  private static final History[] NONE = {};

  private long[] ids = NO_IDS;

  /** By the place of the field in the derivation that this is fitted to; null while empty. */
  private History[] histories = NONE;

  /** Whose fields the places are; null after reading. */
  private Derivation fittedTo;

  private HistoryStore store;

  /**
   * From now on what is apart lies there; before anything else is done with what was read.
   *
   * @param to null where nothing ever is apart
   */
  public void attach(HistoryStore to) {
    if (store != to) {
      store = to;
      for (int i = 0; i < histories.length; i++) {
        if (histories[i] != null) {
          histories[i].attach(store, ids[i]);
        }
      }
    }
  }

  /** The histories in the order of a derivation's fields; a field that is new has none. */
  History[] of(Derivation derivation) {
    if (fittedTo != derivation) {
      Map<Long, History> byId = new HashMap<>();
      for (int i = 0; i < ids.length; i++) {
        byId.put(ids[i], histories[i]);
      }
      ids = derivation.ids();
      histories = new History[ids.length];
      for (int i = 0; i < ids.length; i++) {
        histories[i] = byId.remove(ids[i]);
      }
      byId.values().stream().filter(Objects::nonNull).forEach(History::clear);
      fittedTo = derivation;
    }
    return histories;
  }

  /** Adds the history of a field that has none. */
  void put(int field, History history) {
    history.attach(store, ids[field]);
    histories[field] = history;
  }

  /** Drops everything, also what is apart. */
  public void clear() {
    for (History history : histories) {
      if (history != null) {
        history.clear();
      }
    }
    Arrays.fill(histories, null);
  }

  /** Puts apart what has become much; before a key is written. */
  public void spread() {
    for (History history : histories) {
      if (history != null) {
        history.spread(store != null && store.spreads());
      }
    }
  }

  /** Number of values that are apart. */
  public long apart() {
    long values = 0;
    for (History history : histories) {
      values += history == null ? 0 : history.samples().apart();
    }
    return values;
  }

  /** Whether nothing is left to keep. */
  public boolean isEmpty() {
    for (History history : histories) {
      if (history != null && !history.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Frees what no event from this event time on looks back at; says whether there was any. */
  public boolean forget(long timestamp) {
    boolean changed = false;
    for (int i = 0; i < histories.length; i++) {
      if (histories[i] != null) {
        changed |= histories[i].advanceTo(timestamp);
        if (histories[i].isEmpty()) {
          histories[i] = null;
        }
      }
    }
    return changed;
  }

  /**
   * The event time at which all time ranges are empty; MIN_VALUE where they are now. What is kept
   * for a number of events stays.
   */
  public long emptyAt() {
    long last = Long.MIN_VALUE;
    for (History history : histories) {
      last = history == null ? last : Math.max(last, history.emptyAt());
    }
    return last;
  }

  /** A copy that shares only what is apart. */
  public DerivedState copy() {
    DerivedState copy = new DerivedState();
    copy.ids = ids;
    copy.fittedTo = fittedTo;
    copy.store = store;
    copy.histories = new History[histories.length];
    for (int i = 0; i < histories.length; i++) {
      copy.histories[i] = histories[i] == null ? null : histories[i].copy();
    }
    return copy;
  }

  /** Writes the histories. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    int held = 0;
    for (History history : histories) {
      held += history == null ? 0 : 1;
    }
    Numbers.write(out, held);
    for (int i = 0; i < histories.length; i++) {
      if (histories[i] != null) {
        out.writeLong(ids[i]);
        histories[i].write(out);
      }
    }
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws IOException when it was written in a format that this version does not know
   */
  public static DerivedState read(DataInput in) throws IOException {
    int format = in.readUnsignedByte();
    if (format < 1 || format > FORMAT) {
      throw new IOException(
          "derived fields are stored in format "
              + format
              + "; this version reads formats 1 to "
              + FORMAT
              + ": restore with the version that wrote them, or a newer one");
    }
    DerivedState state = new DerivedState();
    int held = (int) Numbers.readLong(in);
    state.ids = new long[held];
    state.histories = new History[held];
    for (int i = 0; i < held; i++) {
      state.ids[i] = in.readLong();
      state.histories[i] = History.read(in, format);
    }
    return state;
  }
}
