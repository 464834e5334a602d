package io.tidegate.window;

import io.tidegate.event.Event;
import io.tidegate.record.Position;
import io.tidegate.record.WindowCut;
import io.tidegate.record.WindowStatus;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The last samples of one key, oldest overwritten first.
 *
 * <p>Samples are appended in the total order of events. The arrays grow with the samples, so a key
 * seen once does not pay for a whole window.
 */
public final class WindowBuffer {
  private static final int FIRST_SIZE = 4;
  private static final long NOT_HELD = -1;

  private final int signature;
  private final int channelCount;
  private int capacity;

  /** Samples ever appended; the sample of number n lies in slot n modulo {@link #capacity}. */
  private long appended;

  private int size;
  private float[] values;
  private long[] timestamps;
  private long[] offsets;
  private int[] partitions;
  private int[] topics;

  /** An empty buffer for a window. */
  public WindowBuffer(WindowDefinition definition) {
    this(definition.signature(), definition.channelCount(), definition.capacity());
    allocate(Math.min(FIRST_SIZE, capacity));
  }

  private WindowBuffer(int signature, int channelCount, int capacity) {
    this.signature = signature;
    this.channelCount = channelCount;
    this.capacity = capacity;
  }

  private void allocate(int slots) {
    values = new float[slots * channelCount];
    timestamps = new long[slots];
    offsets = new long[slots];
    partitions = new int[slots];
    topics = new int[slots];
  }

  /**
   * A buffer that suits a definition which may have changed since this one was filled: this one,
   * the same samples in another capacity, or an empty one when the channels are others.
   */
  public WindowBuffer fitted(WindowDefinition definition) {
    if (signature != definition.signature() || channelCount != definition.channelCount()) {
      return new WindowBuffer(definition);
    }
    if (capacity == definition.capacity()) {
      return this;
    }
    WindowBuffer other = new WindowBuffer(definition);
    int kept = Math.min(size, other.capacity);
    other.appended = appended - kept;
    other.allocate(other.capacity);
    for (long number = appended - kept; number < appended; number++) {
      int from = slot(number);
      int to = other.slot(number);
      System.arraycopy(values, from * channelCount, other.values, to * channelCount, channelCount);
      other.timestamps[to] = timestamps[from];
      other.offsets[to] = offsets[from];
      other.partitions[to] = partitions[from];
      other.topics[to] = topics[from];
    }
    other.appended = appended;
    other.size = kept;
    return other;
  }

  /** Number of samples held. */
  public int size() {
    return size;
  }

  /** Appends an event of the window's stream; a null channel becomes NaN. */
  public void append(WindowDefinition definition, Event event) {
    if (size == timestamps.length && size < capacity) {
      grow();
    }
    int slot = slot(appended);
    for (int channel = 0, at = slot * channelCount; channel < channelCount; channel++, at++) {
      values[at] = definition.value(event, channel);
    }
    timestamps[slot] = event.timestamp;
    offsets[slot] = event.offset;
    partitions[slot] = event.partition;
    topics[slot] = event.topic;
    appended++;
    size = Math.min(size + 1, capacity);
  }

  // Before the first overwrite number and slot are equal, so growing keeps every sample's place.
  private void grow() {
    if (appended != size) {
      throw new IllegalStateException("a buffer that has overwritten samples does not grow");
    }
    int slots = Math.min(capacity, timestamps.length * 2);
    values = Arrays.copyOf(values, slots * channelCount);
    timestamps = Arrays.copyOf(timestamps, slots);
    offsets = Arrays.copyOf(offsets, slots);
    partitions = Arrays.copyOf(partitions, slots);
    topics = Arrays.copyOf(topics, slots);
  }

  private int slot(long number) {
    return (int) (number % capacity);
  }

  /**
   * Cuts the last {@code length} samples up to and including an event.
   *
   * @param last the match's last event; where it is of another stream than the samples, those that
   *     come before it in the total order count
   */
  public WindowCut cut(WindowDefinition definition, Event last) {
    long end = end(definition, last);
    long oldest = appended - size;
    if (end - definition.length() < oldest) {
      boolean overwritten = end == NOT_HELD ? oldest > 0 : end >= definition.length();
      WindowStatus status = overwritten ? WindowStatus.EVICTED : WindowStatus.SHORT_HISTORY;
      return end <= oldest
          ? new WindowCut(status, null, 0, 0, null, null)
          : range(definition, status, null, oldest, end);
    }
    long begin = end - definition.length();
    float[] window = new float[channelCount * definition.length()];
    boolean complete = true;
    for (int i = 0; i < definition.length(); i++) {
      int from = slot(begin + i) * channelCount;
      for (int channel = 0; channel < channelCount; channel++) {
        float value = values[from + channel];
        complete &= value == value;
        window[channel * definition.length() + i] = value;
      }
    }
    return complete
        ? range(definition, WindowStatus.OK, window, begin, end)
        : range(definition, WindowStatus.NAN, null, begin, end);
  }

  /** Number of the first sample after the event, or NOT_HELD where the event is not here. */
  private long end(WindowDefinition definition, Event last) {
    long oldest = appended - size;
    boolean isSample = last.stream == definition.stream();
    for (long number = appended - 1; number >= oldest; number--) {
      int slot = slot(number);
      long timestamp = timestamps[slot];
      if (timestamp > last.timestamp) {
        continue;
      }
      boolean included =
          isSample
              ? timestamp == last.timestamp && isAt(slot, last)
              : timestamp < last.timestamp || definition.samplesComeBefore(last.stream);
      if (included) {
        return number + 1;
      }
      if (timestamp < last.timestamp) {
        break;
      }
    }
    return isSample || oldest > 0 ? NOT_HELD : 0;
  }

  private boolean isAt(int slot, Event event) {
    return offsets[slot] == event.offset
        && partitions[slot] == event.partition
        && topics[slot] == event.topic;
  }

  private WindowCut range(
      WindowDefinition definition, WindowStatus status, float[] window, long begin, long end) {
    int first = slot(begin);
    int last = slot(end - 1);
    return new WindowCut(
        status,
        window,
        timestamps[first],
        timestamps[last],
        position(definition, first),
        position(definition, last));
  }

  private Position position(WindowDefinition definition, int slot) {
    return definition.position(topics[slot], partitions[slot], offsets[slot]);
  }

  /** A copy that shares nothing. */
  public WindowBuffer copy() {
    WindowBuffer copy = new WindowBuffer(signature, channelCount, capacity);
    copy.appended = appended;
    copy.size = size;
    copy.values = values.clone();
    copy.timestamps = timestamps.clone();
    copy.offsets = offsets.clone();
    copy.partitions = partitions.clone();
    copy.topics = topics.clone();
    return copy;
  }

  /** Writes the samples held, oldest first. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(signature);
    out.writeInt(channelCount);
    out.writeInt(capacity);
    out.writeLong(appended);
    out.writeInt(size);
    for (long number = appended - size; number < appended; number++) {
      int slot = slot(number);
      out.writeLong(timestamps[slot]);
      out.writeLong(offsets[slot]);
      out.writeInt(partitions[slot]);
      out.writeInt(topics[slot]);
      for (int channel = 0; channel < channelCount; channel++) {
        out.writeInt(Float.floatToRawIntBits(values[slot * channelCount + channel]));
      }
    }
  }

  /** Reads what {@link #write} has written. */
  public static WindowBuffer read(DataInput in) throws IOException {
    WindowBuffer buffer = new WindowBuffer(in.readInt(), in.readInt(), in.readInt());
    buffer.appended = in.readLong();
    buffer.size = in.readInt();
    // A buffer that has overwritten samples needs all its slots.
    boolean young = buffer.appended == buffer.size;
    buffer.allocate(young ? Math.max(buffer.size, 1) : buffer.capacity);
    for (long number = buffer.appended - buffer.size; number < buffer.appended; number++) {
      int slot = buffer.slot(number);
      buffer.timestamps[slot] = in.readLong();
      buffer.offsets[slot] = in.readLong();
      buffer.partitions[slot] = in.readInt();
      buffer.topics[slot] = in.readInt();
      for (int channel = 0; channel < buffer.channelCount; channel++) {
        buffer.values[slot * buffer.channelCount + channel] = Float.intBitsToFloat(in.readInt());
      }
    }
    return buffer;
  }
}
