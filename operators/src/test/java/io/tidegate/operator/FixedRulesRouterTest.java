package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.rules.RuleHistory;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** A router of rules that stay as they are. */
class FixedRulesRouterTest {
  private static final Plans PLANS =
      Plans.with(
          Plans.rule(
              "r",
              0,
              false,
              40,
              "no_skip",
              Plans.stage("a", "readings", "begin", 1)
                  + ","
                  + Plans.stage("b", "readings", "relaxed", 2)));

  private static Router router() {
    return new Router(PLANS.text(), RuleHistory.NONE, null, null);
  }

  @Test
  void whatNoRuleIsConcernedByIsCountedAndGoesNowhere() throws Exception {
    PlanDefinition plan = PLANS.definition();
    OperatorSubtaskState state;
    Router router = router();
    try (var harness = new OneInputStreamOperatorTestHarness<>(router)) {
      harness.open();
      for (int kind = 1; kind <= 4; kind++) {
        Event event = Plans.event(plan, Plans.READINGS, "e" + kind, "robot", "line", kind, kind);
        harness.processElement(new StreamRecord<>(event, event.timestamp));
      }
      harness.processElement(
          new StreamRecord<>(Plans.event(plan, Plans.STOPS, "s", "robot", "line", 5, 1), 5));
      assertThat(harness.extractOutputValues()).hasSize(2);
      state = harness.snapshot(1, 1);
    }
    Router restored = router();
    try (var harness = new OneInputStreamOperatorTestHarness<>(restored)) {
      harness.initializeState(state);
      harness.open();
      assertThat(restored.counts())
          .containsAllEntriesOf(Map.of("events", 5L, "unconcerned", 2L, "unrouted", 1L));
    }
  }
}
