package io.tidegate.derive;

import io.tidegate.event.FieldType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Values with the positions of their events, oldest first: a ring that grows and shrinks with what
 * it holds. A position is an event's number or its event time.
 */
final class Samples {
  private static final int FIRST_SIZE = 4;

  private final boolean texts;
  private long[] positions;
  private long[] numbers;
  private String[] strings;
  private int head;
  private int size;

  /**
   * An empty ring of strings, or of numbers as {@link io.tidegate.event.Event} keeps them.
   *
   * @param type type of the values; null for events as such
   */
  Samples(FieldType type) {
    this(type == FieldType.STRING, FIRST_SIZE);
  }

  private Samples(boolean texts, int slots) {
    this.texts = texts;
    positions = new long[slots];
    numbers = texts ? null : new long[slots];
    strings = texts ? new String[slots] : null;
  }

  int size() {
    return size;
  }

  private int slot(int n) {
    return head + n & positions.length - 1;
  }

  /** The position of value n, counted from the oldest. */
  long position(int n) {
    return positions[slot(n)];
  }

  long number(int n) {
    return texts ? 0 : numbers[slot(n)];
  }

  String text(int n) {
    return texts ? strings[slot(n)] : null;
  }

  void addLast(long position, long number, String text) {
    if (size == positions.length) {
      resize(2 * size);
    }
    int slot = slot(size++);
    positions[slot] = position;
    if (texts) {
      strings[slot] = text;
    } else {
      numbers[slot] = number;
    }
  }

  void removeFirst() {
    if (texts) {
      strings[head] = null;
    }
    head = slot(1);
    size--;
    if (positions.length > FIRST_SIZE && size <= positions.length / 4) {
      resize(positions.length / 2);
    }
  }

  void removeLast() {
    size--;
    if (texts) {
      strings[slot(size)] = null;
    }
  }

  private void resize(int slots) {
    long[] newPositions = new long[slots];
    long[] newNumbers = texts ? null : new long[slots];
    String[] newStrings = texts ? new String[slots] : null;
    for (int n = 0; n < size; n++) {
      newPositions[n] = position(n);
      if (texts) {
        newStrings[n] = strings[slot(n)];
      } else {
        newNumbers[n] = numbers[slot(n)];
      }
    }
    positions = newPositions;
    numbers = newNumbers;
    strings = newStrings;
    head = 0;
  }

  /** Removes the first n values and returns them. */
  Samples takeFirst(int n) {
    Samples taken = new Samples(texts, slots(n));
    for (int i = 0; i < n; i++) {
      taken.addLast(position(0), number(0), text(0));
      removeFirst();
    }
    return taken;
  }

  private static int slots(int size) {
    return Math.max(FIRST_SIZE, Integer.highestOneBit(Math.max(1, 2 * size - 1)));
  }

  Samples copy() {
    Samples copy = new Samples(texts, 0);
    copy.positions = positions.clone();
    copy.numbers = texts ? null : numbers.clone();
    copy.strings = texts ? Arrays.copyOf(strings, strings.length) : null;
    copy.head = head;
    copy.size = size;
    return copy;
  }

  /** Writes the values, positions as differences. */
  void write(DataOutput out, FieldType type) throws IOException {
    Numbers.write(out, size);
    long before = 0;
    for (int n = 0; n < size; n++) {
      Numbers.write(out, position(n) - before);
      before = position(n);
      if (texts) {
        Numbers.write(out, text(n));
      } else if (type == FieldType.DOUBLE) {
        out.writeLong(number(n));
      } else if (type != null) {
        Numbers.write(out, number(n));
      }
    }
  }

  /** Reads what {@link #write} has written. */
  static Samples read(DataInput in, FieldType type) throws IOException {
    int size = (int) Numbers.readLong(in);
    Samples samples = new Samples(type == FieldType.STRING, slots(size));
    long position = 0;
    for (int n = 0; n < size; n++) {
      position += Numbers.readLong(in);
      String text = samples.texts ? Numbers.readString(in) : null;
      long number =
          type == null || samples.texts
              ? 0
              : type == FieldType.DOUBLE ? in.readLong() : Numbers.readLong(in);
      samples.addLast(position, number, text);
    }
    return samples;
  }
}
