package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.event.EventBytes;
import io.tidegate.event.EventTypes;
import io.tidegate.plan.PlanDefinition;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final EventBytes READER =
      new EventBytes(EventTypes.of(Plans.with(Plans.rise()).definition().streams()));

  @Test
  void anEventIsCopiedOncePerKeyThatSomeRuleReadsItUnder() throws Exception {
    // By robot: rise, calm (readings). By line: halted (readings and stops).
    Plans plans = Plans.with(Plans.rise(), Plans.calm(), Plans.halted());
    PlanDefinition plan = plans.definition();
    Event reading = Plans.event(plan, Plans.READINGS, "a", "robot-1", "line-1", 10, 1);
    Event stop = Plans.event(plan, Plans.STOPS, "b", "robot-2", "line|2", 11, 1);
    try (var harness = harness(plans, null)) {
      harness.processElement(reading, 10);
      harness.processElement(stop, 11);

      assertThat(routed(harness))
          .containsExactly("0 robot-1 first a", "1 line-1 again a", "1 line|2 first b");
    }
  }

  @Test
  void theWindowsStreamIsRoutedForTheWindowAlone() throws Exception {
    Plans plans = Plans.with(Plans.halted()).window(0);
    Event reading =
        Plans.event(plans.definition(), Plans.READINGS, "a", "robot-1", "line-1", 10, 1);
    try (var harness = harness(plans, null)) {
      harness.processElement(reading, 10);

      assertThat(harness.extractOutputValues())
          .extracting(RoutedEvent::key)
          .containsExactly(new RoutedKey(0, "robot-1"), new RoutedKey(1, "line-1"));
    }
  }

  @Test
  void anEventThatNoRuleReadsIsCountedAsUnrouted() throws Exception {
    Plans plans = Plans.with(Plans.rise());
    PlanDefinition plan = plans.definition();
    try (var harness = harness(plans, null)) {
      harness.processElement(Plans.event(plan, Plans.STOPS, "b", "robot-2", "line-2", 11, 1), 11);
      assertThat(harness.extractOutputValues()).isEmpty();
      assertThat(counts(harness)).contains("unrouted=1", "events=1");
      OperatorSubtaskState state = harness.snapshot(1, 1);

      try (var restored = harness(plans, state)) {
        restored.processElement(Plans.event(plan, Plans.STOPS, "c", "r", "l", 12, 1), 12);
        assertThat(counts(restored)).contains("unrouted=2", "events=2");
      }
    }
  }

  @Test
  void anEventWithoutAKeyIsNotRoutedUnderIt() throws Exception {
    Plans plans = Plans.with(Plans.rise(), Plans.halted());
    Event event =
        Plans.builder(plans.definition(), Plans.READINGS, "a", "robot-1", null, 10, 1).build();
    try (var harness = harness(plans, null)) {
      harness.processElement(event, 10);

      assertThat(routed(harness)).containsExactly("0 robot-1 first a");
      assertThat(counts(harness)).contains("null_keys=1");
    }
  }

  private static OneInputStreamOperatorTestHarness<Event, RoutedEvent> harness(
      Plans plans, OperatorSubtaskState state) throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<>(new StreamFlatMap<>(new Router(plans.text())));
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  private static List<String> routed(
      OneInputStreamOperatorTestHarness<Event, RoutedEvent> harness) {
    return harness.extractOutputValues().stream()
        .map(
            routed ->
                routed.key().expression()
                    + " "
                    + routed.key().text()
                    + (routed.first() ? " first " : " again ")
                    + READER.read(routed.event(), 0).stringAt(0))
        .toList();
  }

  private static List<String> counts(
      OneInputStreamOperatorTestHarness<Event, RoutedEvent> harness) {
    var operator = (StreamFlatMap<Event, RoutedEvent>) harness.getOneInputOperator();
    return ((Router) operator.getUserFunction())
        .counts().entrySet().stream().map(Object::toString).toList();
  }
}
