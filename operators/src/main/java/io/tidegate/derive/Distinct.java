package io.tidegate.derive;

import io.tidegate.event.FieldType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Number of different values; both zeros are one value, and so are all NaNs.
 *
 * <p>How often each occurs lies here, or, where a history is spread, apart: a part for each value.
 */
final class Distinct extends Summary {
  private static final String PREFIX = "=";

  private final FieldType type;
  private final Map<String, Integer> counts = new HashMap<>();
  private HistoryStore store;
  private long field;
  private boolean apart;

  /** Number of different values, wherever their counts lie. */
  private long different;

  Distinct(FieldType type) {
    this.type = type;
  }

  @Override
  void attach(HistoryStore to, long id) {
    store = to;
    field = id;
  }

  private String value(long number, String text) {
    return switch (type) {
      case STRING -> text;
      // A zero of either sign becomes the positive one, and all NaNs one.
      case DOUBLE -> Long.toString(Double.doubleToLongBits(Double.longBitsToDouble(number) + 0.0));
      default -> Long.toString(number);
    };
  }

  @Override
  void add(long number, String text) {
    move(value(number, text), 1);
  }

  @Override
  void remove(long number, String text) {
    move(value(number, text), -1);
  }

  private void move(String value, int times) {
    int before = count(value);
    int after = before + times;
    different += (after == 0 ? 0 : 1) - (before == 0 ? 0 : 1);
    if (apart) {
      put(value, after);
    } else if (after == 0) {
      counts.remove(value);
    } else {
      counts.put(value, after);
    }
  }

  private int count(String value) {
    if (!apart) {
      return counts.getOrDefault(value, 0);
    }
    byte[] bytes = store.get(field, PREFIX + value);
    return bytes == null ? 0 : ByteBuffer.wrap(bytes).getInt();
  }

  private void put(String value, int count) {
    if (count == 0) {
      store.remove(field, PREFIX + value);
    } else {
      store.put(field, PREFIX + value, ByteBuffer.allocate(Integer.BYTES).putInt(count).array());
    }
  }

  @Override
  boolean isApart() {
    return apart;
  }

  @Override
  void putApart() {
    if (!apart) {
      counts.forEach(this::put);
      counts.clear();
      apart = true;
    }
  }

  @Override
  void takeBack(SampleQueue values) {
    apart = false;
    different = 0;
    values.addTo(this);
    counts.keySet().forEach(value -> put(value, 0));
  }

  @Override
  Summary copy() {
    Distinct copy = new Distinct(type);
    copy.counts.putAll(counts);
    copy.apart = apart;
    copy.different = different;
    return copy;
  }

  @Override
  void write(DataOutput out) throws IOException {
    Numbers.write(out, different);
  }

  @Override
  void read(DataInput in) throws IOException {
    different = Numbers.readLong(in);
    apart = true;
  }

  @Override
  boolean isKnown(SampleQueue values) {
    return true;
  }

  @Override
  long number(SampleQueue values) {
    return different;
  }
}
