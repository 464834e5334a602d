package io.tidegate.derive;

import java.util.Arrays;

/**
 * Values with the positions of their events, oldest first: a ring that grows and shrinks with what
 * it holds. A position is an event's number or its event time.
 */
final class Samples {
  private static final int FIRST_SIZE = 4;

  private final boolean texts;
  private long[] positions = new long[FIRST_SIZE];
  private long[] numbers;
  private String[] strings;
  private int head;
  private int size;

  /** An empty ring of strings, or of numbers as {@link io.tidegate.event.Event} keeps them. */
  Samples(boolean texts) {
    this.texts = texts;
    numbers = texts ? null : new long[FIRST_SIZE];
    strings = texts ? new String[FIRST_SIZE] : null;
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

  Samples copy() {
    Samples copy = new Samples(texts);
    copy.positions = positions.clone();
    copy.numbers = texts ? null : numbers.clone();
    copy.strings = texts ? Arrays.copyOf(strings, strings.length) : null;
    copy.head = head;
    copy.size = size;
    return copy;
  }
}
