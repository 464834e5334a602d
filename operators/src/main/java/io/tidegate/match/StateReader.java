package io.tidegate.match;

import io.tidegate.bytes.Varint;
import java.io.DataInput;
import java.io.IOException;

/** Reads what {@link StateWriter} has written. */
final class StateReader {
  private StateReader() {}

  static <E> MatcherState<E> read(DataInput in, EventReader<? extends E> reader)
      throws IOException {
    int format = in.readUnsignedByte();
    if (format < 1 || format > StateWriter.FORMAT) {
      throw new IOException(
          "matcher state of format "
              + format
              + ", this version reads 1 to "
              + StateWriter.FORMAT
              + ": restore with the version that wrote it, or a newer one");
    }
    MatcherState<E> state = new MatcherState<>();
    state.signature = in.readInt();
    state.nextSequence = Varint.read(in);
    int events = Varint.readInt(in);
    long[] sequences = new long[events];
    long[] timestamps = new long[events];
    Object[] values = new Object[events];
    for (int i = 0; i < events; i++) {
      sequences[i] = Varint.read(in);
      timestamps[i] = in.readLong();
      values[i] = reader.read(in);
    }
    Taken<E>[] links = Settlement.array(Varint.readInt(in));
    for (int i = 0; i < links.length; i++) {
      int before = Varint.readInt(in);
      Taken<E> previous = before == 0 ? null : links[before - 1];
      int kind = Varint.readInt(in);
      if (format == 1 && kind != StateWriter.SKIPPED) {
        kind++; // It has no links of passed time.
      }
      int target = Varint.readInt(in) - 1;
      int step = Varint.readInt(in);
      if (kind == StateWriter.SKIPPED) {
        links[i] = Taken.skip(Varint.read(in), target, step, previous);
      } else if (kind == StateWriter.PASSED) {
        long sequence = Varint.read(in);
        links[i] = Taken.pass(in.readLong(), sequence, target, step, previous);
      } else {
        int event = Varint.readInt(in);
        @SuppressWarnings("unchecked")
        E value = (E) values[event];
        links[i] =
            Taken.take(
                value, timestamps[event], sequences[event], kind - 2, target, step, previous);
      }
    }
    int buckets = Varint.readInt(in);
    for (int i = 0; i < buckets; i++) {
      int node = Varint.readInt(in);
      int size = Varint.readInt(in);
      for (int j = 0; j < size; j++) {
        state.open(node, links[Varint.readInt(in)]);
      }
    }
    int waiting = Varint.readInt(in);
    if (waiting > 0) {
      state.waiting = Settlement.array(waiting);
      for (int i = 0; i < waiting; i++) {
        state.waiting[i] = links[Varint.readInt(in)];
      }
    }
    return state;
  }
}
