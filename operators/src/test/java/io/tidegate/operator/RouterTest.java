package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.event.EventBytes;
import io.tidegate.event.EventTypes;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.rules.RuleAck;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleHistory;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final EventBytes READER =
      new EventBytes(EventTypes.of(Plans.with(Plans.rise()).definition().streams()));

  private static final class Harness
      extends TwoInputStreamOperatorTestHarness<Event, RuleChange, RoutedEvent> {
    Harness(Plans plans, OperatorSubtaskState state) throws Exception {
      super(new Router(plans.text(), RuleHistory.NONE));
      setup();
      if (state != null) {
        initializeState(state);
      }
      open();
    }

    void send(Event event) throws Exception {
      processElement1(new StreamRecord<>(event, event.timestamp));
    }

    long change(RuleChange change) throws Exception {
      processElement2(new StreamRecord<>(change));
      List<RuleAck> acks = new ArrayList<>();
      getSideOutput(Router.ACKS).forEach(record -> acks.add(record.getValue()));
      return acks.get(acks.size() - 1).routedUpTo();
    }

    List<String> routed() {
      return extractOutputValues().stream()
          .map(
              routed ->
                  routed.key().expression()
                      + " "
                      + routed.key().text()
                      + (routed.first() ? " first " : " again ")
                      + READER.read(routed.bytes(), routed.from()).stringAt(0))
          .toList();
    }

    List<String> counts() {
      return ((Router) getOperator()).counts().entrySet().stream().map(Object::toString).toList();
    }
  }

  @Test
  void anEventIsCopiedOncePerKeyThatSomeRuleReadsItUnder() throws Exception {
    // By robot: rise, calm (readings). By line: halted (readings and stops).
    Plans plans = Plans.with(Plans.rise(), Plans.calm(), Plans.halted());
    PlanDefinition plan = plans.definition();
    try (Harness harness = new Harness(plans, null)) {
      harness.send(Plans.event(plan, Plans.READINGS, "a", "robot-1", "line-1", 10, 1));
      harness.send(Plans.event(plan, Plans.STOPS, "b", "robot-2", "line|2", 11, 1));

      assertThat(harness.routed())
          .containsExactly("0 robot-1 first a", "1 line-1 again a", "1 line|2 first b");
    }
  }

  @Test
  void theWindowsStreamIsRoutedForTheWindowAlone() throws Exception {
    Plans plans = Plans.with(Plans.halted()).window(0);
    try (Harness harness = new Harness(plans, null)) {
      harness.send(
          Plans.event(plans.definition(), Plans.READINGS, "a", "robot-1", "line-1", 10, 1));

      assertThat(harness.routed()).containsExactly("0 robot-1 first a", "1 line-1 again a");
    }
  }

  @Test
  void anEventThatNoRuleReadsIsCountedAsUnrouted() throws Exception {
    Plans plans = Plans.with(Plans.rise());
    PlanDefinition plan = plans.definition();
    try (Harness harness = new Harness(plans, null)) {
      harness.send(Plans.event(plan, Plans.STOPS, "b", "robot-2", "line-2", 11, 1));
      assertThat(harness.routed()).isEmpty();
      assertThat(harness.counts()).contains("unrouted=1", "events=1");
      OperatorSubtaskState state = harness.snapshot(1, 1);

      try (Harness restored = new Harness(plans, state)) {
        restored.send(Plans.event(plan, Plans.STOPS, "c", "r", "l", 12, 1));
        assertThat(restored.counts()).contains("unrouted=2", "events=2");
      }
    }
  }

  @Test
  void whatADerivedFieldLooksAtIsRoutedByItsKeyThoughNoRuleReadsIt() throws Exception {
    String latest = Plans.derivedField("limit", "double", "latest", "x", "\"events\":1");
    Plans plans = Plans.with(Plans.rise()).derived(latest);
    PlanDefinition plan = plans.definition();
    try (Harness harness = new Harness(plans, null)) {
      harness.send(Plans.event(plan, Plans.STOPS, "a", "robot-1", "line-1", 10, 1));

      assertThat(harness.routed()).containsExactly("0 robot-1 first a");
    }
  }

  @Test
  void anEventWithoutAKeyIsNotRoutedUnderIt() throws Exception {
    Plans plans = Plans.with(Plans.rise(), Plans.halted());
    try (Harness harness = new Harness(plans, null)) {
      harness.send(
          Plans.builder(plans.definition(), Plans.READINGS, "a", "robot-1", null, 10, 1).build());

      assertThat(harness.routed()).containsExactly("0 robot-1 first a");
      assertThat(harness.counts()).contains("null_keys=1");
    }
  }

  @Test
  void aPushedRuleIsRoutedForAtOnceAndTheAcknowledgementSaysWhatWasMissed() throws Exception {
    Plans plans = Plans.with(Plans.rise());
    PlanDefinition plan = plans.definition();
    try (Harness harness = new Harness(plans, null)) {
      harness.send(Plans.event(plan, Plans.READINGS, "a", "r", "l", 70, 1));
      harness.send(Plans.event(plan, Plans.READINGS, "b", "r", "l", 50, 1));

      // Nothing new: readings by robot are routed already.
      assertThat(harness.change(Changes.push("p1", Plans.burst(), 0))).isEqualTo(RuleChange.NONE);
      // By line: readings up to 70 went without.
      assertThat(harness.change(Changes.push("p2", Plans.halted(), 1))).isEqualTo(70);
      harness.send(Plans.event(plan, Plans.READINGS, "c", "r", "l", 60, 1));

      assertThat(harness.routed())
          .containsExactly("0 r first a", "0 r first b", "0 r first c", "1 l again c");
    }
  }

  @Test
  void routesAndWhatWasSeenSurviveARestore() throws Exception {
    Plans plans = Plans.with(Plans.rise());
    PlanDefinition plan = plans.definition();
    OperatorSubtaskState state;
    try (Harness harness = new Harness(plans, null)) {
      harness.send(Plans.event(plan, Plans.STOPS, "a", "r", "l", 70, 1));
      harness.change(Changes.push("p", Changes.byTwo("pair", "readings", "robot", "line"), 2));
      state = harness.snapshot(1, 1);
    }
    try (Harness restored = new Harness(plans, state)) {
      restored.send(Plans.event(plan, Plans.READINGS, "c", "r", "l", 60, 1));
      assertThat(restored.routed()).containsExactly("0 r first c", "2 r|l again c");

      assertThat(restored.change(Changes.push("q", Plans.halted(), 1))).isEqualTo(70);
    }
  }

  @Test
  void theRulesLogNeverHoldsTimeBack() throws Exception {
    try (Harness harness = new Harness(Plans.with(Plans.rise()), null)) {
      harness.processWatermarkStatus2(WatermarkStatus.IDLE);
      harness.processWatermark1(new Watermark(40));
      harness.processWatermark2(new Watermark(90));
      harness.processWatermarkStatus2(WatermarkStatus.ACTIVE);
      harness.processWatermark1(new Watermark(50));
      harness.processWatermarkStatus1(WatermarkStatus.IDLE);

      assertThat(harness.getOutput())
          .containsExactly(new Watermark(40), new Watermark(50), WatermarkStatus.IDLE);
    }
  }
}
