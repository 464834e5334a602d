package io.tidegate.window;

import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import io.tidegate.record.Position;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * What a window is: a stream's channels, how many samples, and for which rules it is cut.
 * Immutable.
 */
public final class WindowDefinition implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String EVERY_RULE = "*";

  private final String name;
  private final EventType type;
  private final int stream;
  private final List<String> channelNames;
  private final int[] fields;
  private final int[] slots;
  private final boolean[] doubles;
  private final int length;
  private final int history;
  private final int key;
  private final Set<String> rules;

  /** By stream index: whether a sample comes before an event of that stream at the same time. */
  private final boolean[] samplesFirst;

  /**
   * A window.
   *
   * @param name its name in the plan
   * @param streams the plan's streams
   * @param stream index of the stream whose events are the samples
   * @param channelNames fields of that stream, in the order that the model takes them
   * @param length samples in a window, at least 1
   * @param history samples kept beyond {@code length}, for matches that are found some samples
   *     after their last event; 0 or more
   * @param key index of the key expression that samples are collected by
   * @param rules ids of the rules that it is cut for; {@code *} stands for all
   * @throws IllegalArgumentException when a channel is unknown or not a number, or a size is out of
   *     range
   */
  public WindowDefinition(
      String name,
      StreamDefinition[] streams,
      int stream,
      List<String> channelNames,
      int length,
      int history,
      int key,
      List<String> rules) {
    if (length < 1 || history < 0 || channelNames.isEmpty()) {
      throw new IllegalArgumentException(
          "window '"
              + name
              + "' has length "
              + length
              + ", history "
              + history
              + " and "
              + channelNames.size()
              + " channels; expected at least 1, 0 and 1");
    }
    this.name = name;
    this.type = streams[stream].handledType();
    this.stream = stream;
    this.channelNames = List.copyOf(channelNames);
    this.fields = channelNames.stream().mapToInt(this::channel).toArray();
    this.slots = new int[fields.length];
    this.doubles = new boolean[fields.length];
    for (int i = 0; i < fields.length; i++) {
      slots[i] = type.slot(fields[i]);
      doubles[i] = type.field(fields[i]).type() == FieldType.DOUBLE;
    }
    this.length = length;
    this.history = history;
    this.key = key;
    this.rules = Set.copyOf(rules);
    this.samplesFirst = new boolean[streams.length];
    for (StreamDefinition other : streams) {
      samplesFirst[other.index()] = comesBefore(streams[stream], other);
    }
  }

  private WindowDefinition(WindowDefinition other, int key) {
    this.name = other.name;
    this.type = other.type;
    this.stream = other.stream;
    this.channelNames = other.channelNames;
    this.fields = other.fields;
    this.slots = other.slots;
    this.doubles = other.doubles;
    this.length = other.length;
    this.history = other.history;
    this.key = key;
    this.rules = other.rules;
    this.samplesFirst = other.samplesFirst;
  }

  /** The same window where its key expression has another number. */
  public WindowDefinition withKey(int number) {
    return number == key ? this : new WindowDefinition(this, number);
  }

  private int channel(String channel) {
    int field = type.indexOf(channel);
    if (field < 0) {
      throw new IllegalArgumentException(
          "window '"
              + name
              + "': stream '"
              + type.name()
              + "' has no field '"
              + channel
              + "'; it has "
              + type.fields().stream().map(Field::name).toList());
    }
    if (type.field(field).type() == FieldType.STRING) {
      throw new IllegalArgumentException(
          "window '" + name + "': channel '" + channel + "' is a string, expected a number");
    }
    return field;
  }

  // The part of the total order that decides between events of two streams at one time.
  private static boolean comesBefore(StreamDefinition a, StreamDefinition b) {
    int byPriority = Integer.compare(a.priority(), b.priority());
    return byPriority < 0 || byPriority == 0 && a.name().compareTo(b.name()) < 0;
  }

  /** The window's name. */
  public String name() {
    return name;
  }

  /** Index of the stream whose events are the samples. */
  public int stream() {
    return stream;
  }

  /** Names of the channels. */
  public List<String> channelNames() {
    return channelNames;
  }

  /** Number of channels. */
  public int channelCount() {
    return fields.length;
  }

  /** Samples in a window. */
  public int length() {
    return length;
  }

  /** Samples that a key keeps. */
  public int capacity() {
    return length + history;
  }

  /** Index of the key expression that samples are collected by. */
  public int key() {
    return key;
  }

  /** Whether a window is cut for the matches of a rule. */
  public boolean appliesTo(String ruleId, int ruleKey) {
    return ruleKey == key && (rules.contains(EVERY_RULE) || rules.contains(ruleId));
  }

  /** Tells buffers of other channels from buffers of this window. */
  int signature() {
    return 31 * type.name().hashCode() + channelNames.hashCode();
  }

  /** Whether samples come before events of that stream that have the same time. */
  boolean samplesComeBefore(int otherStream) {
    return samplesFirst[otherStream];
  }

  /** A channel of a sample as float32; NaN for null. */
  public float value(Event event, int channel) {
    if (event.isNull(fields[channel])) {
      return Float.NaN;
    }
    int slot = slots[channel];
    return doubles[channel] ? (float) event.doubleAt(slot) : (float) event.longAt(slot);
  }

  Position position(int topic, int partition, long offset) {
    return new Position(type.topics().get(topic), partition, offset);
  }
}
