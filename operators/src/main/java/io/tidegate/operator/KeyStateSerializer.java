package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.match.MatcherState;
import io.tidegate.window.WindowBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Flink serializer of a key's state. An event that several rules hold is written once.
 *
 * <p>It needs to know the streams but no rule: state of rules that are gone can be read, and be
 * dropped by who knows the rules.
 */
final class KeyStateSerializer extends TypeSerializer<KeyState> {
  private static final long serialVersionUID = 1L;
  private static final int FORMAT = 1;
  private static final int HAS_WINDOW = 1;
  private static final int HAS_SEEN = 2;
  private static final int HAS_COOL_DOWNS = 4;

  private final TypeSerializer<Event> events;

  KeyStateSerializer(TypeSerializer<Event> events) {
    this.events = events;
  }

  @Override
  public void serialize(KeyState state, DataOutputView target) throws IOException {
    target.writeByte(FORMAT);
    target.writeByte(parts(state));
    target.writeLong(state.timer);
    target.writeLong(state.laterTimer);
    target.writeInt(state.waiting.length);
    for (Event event : state.waiting) {
      events.serialize(event, target);
    }
    target.writeInt(state.open.size());
    Map<Event, Integer> written = new IdentityHashMap<>();
    for (int i = 0; i < state.open.size(); i++) {
      target.writeLong(state.open.id(i));
      target.writeLong(state.open.deadline(i));
      target.writeInt(state.open.count(i));
      state.open.state(i).write(target, (event, out) -> writeShared(event, written, target));
    }
    if (state.window != null) {
      state.window.write(target);
    }
    if (state.seen != null) {
      state.seen.write(target);
    }
    if (state.coolDowns != null) {
      state.coolDowns.write(target);
    }
  }

  private static int parts(KeyState state) {
    return (state.window == null ? 0 : HAS_WINDOW)
        | (state.seen == null ? 0 : HAS_SEEN)
        | (state.coolDowns == null ? 0 : HAS_COOL_DOWNS);
  }

  // -1 and the event where it comes first, then its number.
  private void writeShared(Event event, Map<Event, Integer> written, DataOutputView target)
      throws IOException {
    Integer number = written.putIfAbsent(event, written.size());
    target.writeInt(number == null ? -1 : number);
    if (number == null) {
      events.serialize(event, target);
    }
  }

  @Override
  public KeyState deserialize(DataInputView source) throws IOException {
    int format = source.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException(
          "key state has format "
              + format
              + ", this version reads format "
              + FORMAT
              + ": restore with the version that wrote it, or a newer one");
    }
    int parts = source.readUnsignedByte();
    KeyState state = new KeyState();
    state.timer = source.readLong();
    state.laterTimer = source.readLong();
    state.waiting = new Event[source.readInt()];
    for (int i = 0; i < state.waiting.length; i++) {
      state.waiting[i] = events.deserialize(source);
    }
    int open = source.readInt();
    List<Event> read = new ArrayList<>();
    for (int i = 0; i < open; i++) {
      long id = source.readLong();
      long deadline = source.readLong();
      int count = source.readInt();
      MatcherState<Event> matcherState = MatcherState.read(source, in -> readShared(read, source));
      state.open.insert(i, id, matcherState);
      state.open.changed(i, deadline, count);
    }
    if ((parts & HAS_WINDOW) != 0) {
      state.window = WindowBuffer.read(source);
    }
    if ((parts & HAS_SEEN) != 0) {
      state.seen = SeenIdentities.read(source);
    }
    if ((parts & HAS_COOL_DOWNS) != 0) {
      state.coolDowns = CoolDowns.read(source);
    }
    return state;
  }

  private Event readShared(List<Event> read, DataInputView source) throws IOException {
    int number = source.readInt();
    if (number >= 0) {
      return read.get(number);
    }
    Event event = events.deserialize(source);
    read.add(event);
    return event;
  }

  @Override
  public KeyState deserialize(KeyState reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public KeyState createInstance() {
    return new KeyState();
  }

  @Override
  public KeyState copy(KeyState from) {
    return from.copy();
  }

  @Override
  public KeyState copy(KeyState from, KeyState reuse) {
    return from.copy();
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public TypeSerializer<KeyState> duplicate() {
    return new KeyStateSerializer(events.duplicate());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyStateSerializer that && events.equals(that.events);
  }

  @Override
  public int hashCode() {
    return 31 * events.hashCode() + 2;
  }

  @Override
  public TypeSerializerSnapshot<KeyState> snapshotConfiguration() {
    return new Snapshot(this);
  }

  /** Carries the snapshot of the event serializer. */
  public static final class Snapshot
      extends CompositeTypeSerializerSnapshot<KeyState, KeyStateSerializer> {
    private static final int VERSION = 1;

    /** For restoring. */
    public Snapshot() {}

    Snapshot(KeyStateSerializer serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return VERSION;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(KeyStateSerializer outer) {
      return new TypeSerializer<?>[] {outer.events};
    }

    @Override
    @SuppressWarnings("unchecked")
    protected KeyStateSerializer createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new KeyStateSerializer((TypeSerializer<Event>) nested[0]);
    }
  }
}
