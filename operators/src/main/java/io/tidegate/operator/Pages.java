package io.tidegate.operator;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What is known of the pages that hold partial matches of one rule and key, from the one with the
 * oldest on: enough to see whether an event or a deadline concerns one without reading it.
 */
final class Pages {
  private int[] numbers = new int[4];
  private long[] deadlines = new long[4];
  private int[] counts = new int[4];
  private long[] occupied = new long[4];
  private int size;
  private int next;

  int size() {
    return size;
  }

  /** Under which number a page is kept. */
  int number(int at) {
    return numbers[at];
  }

  long deadline(int at) {
    return deadlines[at];
  }

  int count(int at) {
    return counts[at];
  }

  long occupied(int at) {
    return occupied[at];
  }

  /** Counts fewer of a page; those at its front are void. */
  void takeFront(int at, int n) {
    counts[at] -= n;
  }

  /** The first deadline of all. */
  long deadline() {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      first = Math.min(first, deadlines[i]);
    }
    return first;
  }

  /** Number of partial matches in all. */
  int count() {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += counts[i];
    }
    return sum;
  }

  /** The states occupied in any. */
  long occupied() {
    long any = 0;
    for (int i = 0; i < size; i++) {
      any |= occupied[i];
    }
    return any;
  }

  /** Adds a page behind the others and returns its number. */
  int add(long deadline, int count, long states) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
      deadlines = Arrays.copyOf(deadlines, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
      occupied = Arrays.copyOf(occupied, 2 * size);
    }
    numbers[size] = next;
    set(size++, deadline, count, states);
    return next++;
  }

  /** Notes what a page holds now. */
  void set(int at, long deadline, int count, long states) {
    deadlines[at] = deadline;
    counts[at] = count;
    occupied[at] = states;
  }

  void remove(int at) {
    int behind = --size - at;
    System.arraycopy(numbers, at + 1, numbers, at, behind);
    System.arraycopy(deadlines, at + 1, deadlines, at, behind);
    System.arraycopy(counts, at + 1, counts, at, behind);
    System.arraycopy(occupied, at + 1, occupied, at, behind);
  }

  void write(DataOutputView out) throws IOException {
    out.writeInt(size);
    out.writeInt(next);
    for (int i = 0; i < size; i++) {
      out.writeInt(numbers[i]);
      out.writeLong(deadlines[i]);
      out.writeInt(counts[i]);
      out.writeLong(occupied[i]);
    }
  }

  static Pages read(DataInputView in) throws IOException {
    Pages pages = new Pages();
    int size = in.readInt();
    int next = in.readInt();
    for (int i = 0; i < size; i++) {
      pages.next = in.readInt();
      pages.add(in.readLong(), in.readInt(), in.readLong());
    }
    pages.next = next;
    return pages;
  }

  Pages copy() {
    Pages copy = new Pages();
    copy.numbers = numbers.clone();
    copy.deadlines = deadlines.clone();
    copy.counts = counts.clone();
    copy.occupied = occupied.clone();
    copy.size = size;
    copy.next = next;
    return copy;
  }
}
