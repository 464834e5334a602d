package io.tidegate.match;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes and reads states of test events. */
final class Snapshots {
  private Snapshots() {}

  static byte[] write(MatcherState<TestEvent> state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      state.write(
          new DataOutputStream(bytes),
          (event, out) -> {
            out.writeInt(event.id());
            out.writeLong(event.timestamp());
            out.writeInt(event.kind());
            out.writeInt(event.value());
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static MatcherState<TestEvent> read(byte[] bytes) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      MatcherState<TestEvent> state =
          MatcherState.read(
              in, i -> new TestEvent(i.readInt(), i.readLong(), i.readInt(), i.readInt()));
      if (in.available() > 0) {
        throw new IllegalStateException(in.available() + " bytes left");
      }
      return state;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
