package io.tidegate.derive;

import io.tidegate.event.FieldType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The values of a history, oldest first. Where they are many and the backend keeps bytes, only the
 * oldest and the youngest lie with the key, and those between in blocks of {@value #BLOCK}: one is
 * written when so many more have come, and read back when an end has used up what it had.
 */
final class SampleQueue {
  /** Samples of a block; at most three times as many lie with the key. */
  static final int BLOCK = 32;

  private final FieldType type;

  /** Empty only where there are no blocks, and so is {@link #youngest}. */
  private Samples oldest;

  private Samples youngest;

  /** The blocks between, by number. */
  private long firstBlock;

  private long endBlock;

  private HistoryStore store;
  private long field;

  /** An empty queue of values of a type; null for events as such. */
  SampleQueue(FieldType type) {
    this(type, new Samples(type), new Samples(type));
  }

  private SampleQueue(FieldType type, Samples oldest, Samples youngest) {
    this.type = type;
    this.oldest = oldest;
    this.youngest = youngest;
  }

  /** From now on blocks lie there, under the id of a field. */
  void attach(HistoryStore to, long id) {
    store = to;
    field = id;
  }

  boolean isEmpty() {
    return oldest.size() + youngest.size() == 0;
  }

  boolean hasBlocks() {
    return endBlock > firstBlock;
  }

  /** Number of values. */
  long size() {
    return oldest.size() + apart() + youngest.size();
  }

  /** Number of values in blocks. */
  long apart() {
    return (endBlock - firstBlock) * BLOCK;
  }

  long firstPosition() {
    return head().position(0);
  }

  long firstNumber() {
    return head().number(0);
  }

  String firstText() {
    return head().text(0);
  }

  private Samples head() {
    return oldest.size() > 0 ? oldest : youngest;
  }

  long lastPosition() {
    return tail().position(tail().size() - 1);
  }

  long lastNumber() {
    return tail().number(tail().size() - 1);
  }

  String lastText() {
    return tail().text(tail().size() - 1);
  }

  private Samples tail() {
    return youngest.size() > 0 ? youngest : oldest;
  }

  void addLast(long position, long number, String text) {
    youngest.addLast(position, number, text);
  }

  void removeFirst() {
    head().removeFirst();
    if (oldest.size() == 0 && hasBlocks()) {
      oldest = takeBlock(firstBlock++);
    }
  }

  void removeLast() {
    tail().removeLast();
    if (youngest.size() == 0 && hasBlocks()) {
      youngest = takeBlock(--endBlock);
    }
  }

  /** Drops everything. */
  void clear() {
    while (hasBlocks()) {
      store.remove(field, name(firstBlock++));
    }
    oldest = new Samples(type);
    youngest = new Samples(type);
  }

  /** Puts what has become much into blocks; before a key is written. */
  void spread() {
    while (youngest.size() >= 2 * BLOCK) {
      Samples block = youngest.takeFirst(BLOCK);
      if (oldest.size() == 0) {
        oldest = block;
      } else {
        store.put(field, name(endBlock++), bytes(block));
      }
    }
  }

  private static String name(long block) {
    return Long.toString(block);
  }

  private Samples takeBlock(long block) {
    byte[] bytes = store.get(field, name(block));
    store.remove(field, name(block));
    try {
      return Samples.read(new DataInputStream(new ByteArrayInputStream(bytes)), type);
    } catch (IOException e) {
      throw new UncheckedIOException("block " + block + " of a derived field cannot be read", e);
    }
  }

  private byte[] bytes(Samples block) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(8 * BLOCK);
    try {
      block.write(new DataOutputStream(bytes), type);
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory can always be written", e);
    }
    return bytes.toByteArray();
  }

  /** Tells a summary of every value that lies with the key. */
  void addTo(Summary summary) {
    addTo(summary, oldest);
    addTo(summary, youngest);
  }

  private static void addTo(Summary summary, Samples samples) {
    for (int n = 0; n < samples.size(); n++) {
      summary.add(samples.number(n), samples.text(n));
    }
  }

  /** A copy that shares only blocks. */
  SampleQueue copy() {
    SampleQueue copy = new SampleQueue(type, oldest.copy(), youngest.copy());
    copy.firstBlock = firstBlock;
    copy.endBlock = endBlock;
    copy.attach(store, field);
    return copy;
  }

  /** Writes what lies with the key, and which blocks there are. */
  void write(DataOutput out) throws IOException {
    Numbers.write(out, firstBlock);
    Numbers.write(out, endBlock - firstBlock);
    oldest.write(out, type);
    youngest.write(out, type);
  }

  /** Reads what {@link #write} has written, or what format 1 had: all together. */
  static SampleQueue read(DataInput in, FieldType type, int format) throws IOException {
    if (format == 1) {
      return new SampleQueue(type, new Samples(type), Samples.read(in, type));
    }
    long firstBlock = Numbers.readLong(in);
    long blocks = Numbers.readLong(in);
    SampleQueue queue = new SampleQueue(type, Samples.read(in, type), Samples.read(in, type));
    queue.firstBlock = firstBlock;
    queue.endBlock = firstBlock + blocks;
    return queue;
  }
}
