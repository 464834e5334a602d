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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits restored keys to a plan that has changed: drops what rules that are gone had open, and
 * brings events of an earlier layout into the present one.
 *
 * <p>The rules and layouts of a snapshot are written beside its keys, so that keys are gone through
 * only when something did change.
 */
final class RestoredKeys {
  private static final Logger LOG = LoggerFactory.getLogger(RestoredKeys.class);

  private final RuleIndex rules;
  private final EventType[] types;
  private final KeyStateSerializer serializer;
  private final ListState<String> storedRules;
  private final ListState<byte[]> storedTypes;

  RestoredKeys(PlanDefinition plan, RuleIndex rules, OperatorStateStore store) throws Exception {
    this.rules = rules;
    this.types = EventTypes.of(plan.streams());
    this.serializer = new KeyStateSerializer(new EventSerializer(plan.streams()));
    storedRules =
        store.getUnionListState(new ListStateDescriptor<>("rules", StringSerializer.INSTANCE));
    storedTypes =
        store.getUnionListState(
            new ListStateDescriptor<>("event-types", BytePrimitiveArraySerializer.INSTANCE));
  }

  /**
   * Goes through the restored keys where that is needed.
   *
   * @param open the number of open partial matches; reduced by those that are dropped
   * @return how many partial matches were dropped
   */
  long revise(
      KeyedStateBackend<RoutedKey> backend, ValueStateDescriptor<KeyState> descriptor, Counter open)
      throws Exception {
    Map<Long, String> gone = RuleStates.gone(storedRules.get(), rules);
    boolean layoutChanged = layoutChanged();
    if (gone.isEmpty() && !layoutChanged) {
      return 0;
    }
    long[] dropped = new long[1];
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        descriptor,
        (key, state) -> dropped[0] += revise(state, layoutChanged));
    open.dec(dropped[0]);
    if (!gone.isEmpty()) {
      Set<String> names = new HashSet<>(gone.values());
      LOG.warn(
          "Dropped {} open partial matches of rules that are gone or have another structure: {}",
          dropped[0],
          names);
    }
    return dropped[0];
  }

  private long revise(ValueState<KeyState> stored, boolean layoutChanged) throws IOException {
    KeyState state = stored.value();
    if (state == null) {
      return 0;
    }
    long dropped = 0;
    for (int at = state.open.size() - 1; at >= 0; at--) {
      if (rules.byStateId(state.open.id(at)) == null) {
        dropped += state.open.count(at);
        state.open.remove(at);
      }
    }
    if (state.isEmpty()) {
      stored.clear();
    } else {
      stored.update(layoutChanged ? rewritten(state) : state);
    }
    return dropped;
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
  void snapshot() throws Exception {
    storedRules.update(RuleStates.describe(rules));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    EventTypes.write(types, new DataOutputStream(bytes));
    storedTypes.update(List.of(bytes.toByteArray()));
  }
}
