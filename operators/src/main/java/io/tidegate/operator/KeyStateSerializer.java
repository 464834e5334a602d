package io.tidegate.operator;

import io.tidegate.derive.DerivedState;
import io.tidegate.event.Event;
import io.tidegate.match.MatcherState;
import io.tidegate.window.WindowBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Flink serializer of a key's state.
 *
 * <p>It needs to know the streams but no rule: state of rules that are gone can be read, and be
 * dropped by who knows the rules.
 *
 * <p>Format 2 keeps each rule's partial matches apart, with what tells whether an event concerns
 * them in front; format 1, which had them all together and the waiting events too, is read. Format
 * 3 has the time of the key's last event as well.
 */
final class KeyStateSerializer extends EventStateSerializer<KeyState> {
  private static final long serialVersionUID = 1L;
  private static final int FORMAT = 3;
  private static final int HAS_WINDOW = 1;
  private static final int HAS_SEEN = 2;
  private static final int HAS_COOL_DOWNS = 4;
  private static final int HAS_DERIVED = 8;

  KeyStateSerializer(TypeSerializer<Event> events) {
    super(events);
  }

  @Override
  public void serialize(KeyState state, DataOutputView target) throws IOException {
    target.writeByte(FORMAT);
    target.writeByte(parts(state));
    target.writeLong(state.timer);
    target.writeLong(state.laterTimer);
    target.writeLong(state.lastEvent);
    target.writeInt(state.waiting.length);
    for (Event event : state.waiting) {
      events.serialize(event, target);
    }
    target.writeInt(state.open.size());
    for (int i = 0; i < state.open.size(); i++) {
      OpenRule rule = state.open.at(i);
      target.writeLong(rule.id);
      target.writeLong(rule.nearDeadline());
      target.writeInt(rule.nearCount());
      target.writeLong(rule.nearOccupied());
      target.writeBoolean(rule.pages != null);
      if (rule.pages != null) {
        rule.pages.write(target);
      }
      rule.near().write(target, events);
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
    if (state.derived != null) {
      state.derived.write(target);
    }
  }

  private static int parts(KeyState state) {
    return (state.window == null ? 0 : HAS_WINDOW)
        | (state.seen == null ? 0 : HAS_SEEN)
        | (state.coolDowns == null ? 0 : HAS_COOL_DOWNS)
        | (state.derived == null ? 0 : HAS_DERIVED);
  }

  @Override
  public KeyState deserialize(DataInputView source) throws IOException {
    int format = source.readUnsignedByte();
    if (format < 1 || format > FORMAT) {
      throw new IOException(
          "key state has format "
              + format
              + ", this version reads formats 1 to "
              + FORMAT
              + ": restore with the version that wrote it, or a newer one");
    }
    int parts = source.readUnsignedByte();
    KeyState state = new KeyState();
    state.timer = source.readLong();
    state.laterTimer = source.readLong();
    state.lastEvent = format < 3 ? KeyState.NEVER : source.readLong();
    state.waiting = new Event[source.readInt()];
    for (int i = 0; i < state.waiting.length; i++) {
      state.waiting[i] = events.deserialize(source);
    }
    int open = source.readInt();
    if (format == 1) {
      readOpenOfFormat1(state, open, source);
    } else {
      for (int i = 0; i < open; i++) {
        state.open.insert(i, readOpen(source));
      }
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
    if ((parts & HAS_DERIVED) != 0) {
      state.derived = DerivedState.read(source);
    }
    return state;
  }

  private OpenRule readOpen(DataInputView source) throws IOException {
    long id = source.readLong();
    long deadline = source.readLong();
    int count = source.readInt();
    long occupied = source.readLong();
    Pages pages = source.readBoolean() ? Pages.read(source) : null;
    OpenRule rule = new OpenRule(id, StoredState.read(source, events));
    rule.changed(deadline, count, occupied);
    rule.pages = pages;
    rule.counted = rule.count();
    return rule;
  }

  // An event that several rules hold was written once: -1 and the event, then its number.
  private void readOpenOfFormat1(KeyState state, int open, DataInputView source)
      throws IOException {
    List<Event> read = new ArrayList<>();
    for (int i = 0; i < open; i++) {
      long id = source.readLong();
      long deadline = source.readLong();
      int count = source.readInt();
      MatcherState<Event> matcherState =
          MatcherState.read(
              source,
              in -> {
                int number = source.readInt();
                if (number < 0) {
                  read.add(events.deserialize(source));
                  number = read.size() - 1;
                }
                return read.get(number);
              });
      OpenRule rule = new OpenRule(id, matcherState);
      rule.changed(deadline, count, matcherState.occupied());
      rule.counted = rule.count();
      state.open.insert(i, rule);
    }
  }

  @Override
  public KeyState copy(KeyState from) {
    return from.copy();
  }

  @Override
  public TypeSerializer<KeyState> duplicate() {
    return new KeyStateSerializer(events.duplicate());
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
