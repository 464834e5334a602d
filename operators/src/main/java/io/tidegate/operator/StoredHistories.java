package io.tidegate.operator;

import io.tidegate.derive.HistoryStore;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Parts of long histories of derived fields in a keyed state, of the backend's current key. Only
 * where the backend keeps bytes are histories spread; on the heap they lie with the key.
 */
final class StoredHistories implements HistoryStore {
  private final MapState<Tuple2<Long, String>, byte[]> store;
  private final boolean spreads;
  private long reads;
  private long writes;

  StoredHistories(KeyedStateStore store, boolean spreads) {
    this.store =
        store.getMapState(
            new MapStateDescriptor<>(
                "histories",
                Types.<Tuple2<Long, String>>TUPLE(Types.LONG, Types.STRING)
                    .createSerializer(new SerializerConfigImpl()),
                BytePrimitiveArraySerializer.INSTANCE));
    this.spreads = spreads;
  }

  /** How many parts have been read since the start. */
  long reads() {
    return reads;
  }

  /** How many parts have been written or removed since the start. */
  long writes() {
    return writes;
  }

  @Override
  public boolean spreads() {
    return spreads;
  }

  @Override
  public byte[] get(long field, String part) {
    reads++;
    try {
      return store.get(Tuple2.of(field, part));
    } catch (Exception e) {
      throw failed(field, part, "read", e);
    }
  }

  @Override
  public void put(long field, String part, byte[] bytes) {
    writes++;
    try {
      store.put(Tuple2.of(field, part), bytes);
    } catch (Exception e) {
      throw failed(field, part, "written", e);
    }
  }

  @Override
  public void remove(long field, String part) {
    writes++;
    try {
      store.remove(Tuple2.of(field, part));
    } catch (Exception e) {
      throw failed(field, part, "removed", e);
    }
  }

  private static FlinkRuntimeException failed(long field, String part, String what, Exception e) {
    String name = "part " + part + " of derived field " + Long.toHexString(field);
    return new FlinkRuntimeException(name + " cannot be " + what, e);
  }
}
