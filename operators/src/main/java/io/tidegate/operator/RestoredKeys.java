package io.tidegate.operator;

import io.tidegate.event.EventSerializer;
import io.tidegate.event.EventType;
import io.tidegate.event.EventTypes;
import io.tidegate.plan.PlanDefinition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits a key's state to rules and layouts that have changed since it was written, when the key is
 * next read: drops what rules that are gone had open, and brings events of an earlier layout into
 * the present one. Keys that nothing happens to are left alone.
 *
 * <p>The rules and layouts of a snapshot are written beside its keys.
 */
final class RestoredKeys {
  private static final Logger LOG = LoggerFactory.getLogger(RestoredKeys.class);

  private final EventType[] types;
  private final KeyStateSerializer serializer;
  private final ListState<String> storedRules;
  private final ListState<byte[]> storedTypes;
  private final boolean rewrites;

  /**
   * Looks at what a snapshot was written with.
   *
   * @param heldAsObjects whether the backend holds objects, so that those of an earlier layout are
   *     still of it; bytes are read into the present one
   */
  RestoredKeys(
      PlanDefinition plan, RuleIndex rules, OperatorStateStore store, boolean heldAsObjects)
      throws Exception {
    this.types = EventTypes.handled(plan.streams());
    this.serializer = new KeyStateSerializer(new EventSerializer(types));
    storedRules =
        store.getUnionListState(new ListStateDescriptor<>("rules", StringSerializer.INSTANCE));
    storedTypes =
        store.getUnionListState(
            new ListStateDescriptor<>("event-types", BytePrimitiveArraySerializer.INSTANCE));
    rewrites = heldAsObjects && layoutChanged();
    Map<Long, String> gone = RuleStates.gone(storedRules.get(), rules);
    if (!gone.isEmpty()) {
      LOG.warn(
          "Open partial matches of rules that are gone or have another structure will be dropped: {}",
          new TreeSet<>(gone.values()));
    }
  }

  /**
   * Fits a key's state to the present rules.
   *
   * @return the state, or another object in its place
   */
  KeyState fit(KeyState state, RuleIndex rules, Segments segments, PatternMetrics counts)
      throws IOException {
    KeyState fitted = rewrites && state.fittedTo == null ? rewritten(state) : state;
    OpenRules open = fitted.open;
    for (int at = open.size() - 1; at >= 0; at--) {
      int place = rules.place(open.id(at));
      if (place < 0) {
        counts.open.dec(open.count(at));
        counts.droppedPartialMatches.inc(open.count(at));
        segments.drop(open.at(at));
        open.remove(at);
        fitted.changed = true;
      } else {
        open.setPlace(at, place);
      }
    }
    fitted.fittedTo = rules;
    return fitted;
  }

  // Events are brought into the present layout when they are written.
  private KeyState rewritten(KeyState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    serializer.serialize(state, out);
    return serializer.deserialize(
        new DataInputDeserializer(out.getSharedBuffer(), 0, out.length()));
  }

  private boolean layoutChanged() throws Exception {
    for (byte[] stored : storedTypes.get()) {
      EventType[] before = EventTypes.read(new DataInputStream(new ByteArrayInputStream(stored)));
      if (!Arrays.equals(before, types)) {
        return true;
      }
    }
    return false;
  }

  /** Writes the present rules and layouts. */
  void snapshot(RuleIndex rules) throws Exception {
    storedRules.update(RuleStates.describe(rules));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    EventTypes.write(types, new DataOutputStream(bytes));
    storedTypes.update(List.of(bytes.toByteArray()));
  }
}
