package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import io.tidegate.event.EventBytes;
import io.tidegate.event.EventTypes;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.rules.LogRecord;
import io.tidegate.rules.RuleAck;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleHistory;
import io.tidegate.rules.RuleStatus;
import io.tidegate.rules.Stamper;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RouterTest {
  private static final EventBytes READER =
      new EventBytes(EventTypes.of(Plans.with(Plans.rise()).definition().streams()));

  /** A router whose log and beats are in memory. */
  private static final class Harness extends OneInputStreamOperatorTestHarness<Event, RoutedEvent> {
    private final MemoryLog<LogRecord> log;
    private final MemoryLog<Long> beats;

    Harness(Plans plans, OperatorSubtaskState state) throws Exception {
      this(plans, state, new MemoryLog<>());
    }

    Harness(Plans plans, OperatorSubtaskState state, MemoryLog<LogRecord> log) throws Exception {
      this(plans, state, log, new MemoryLog<>(), 1, 0);
    }

    Harness(
        Plans plans,
        OperatorSubtaskState state,
        MemoryLog<LogRecord> log,
        MemoryLog<Long> beats,
        int parallelism,
        int subtask)
        throws Exception {
      super(
          new Router(plans.text(), RuleHistory.NONE, log, beats),
          Host.MAX_PARALLELISM,
          parallelism,
          subtask);
      this.log = log;
      this.beats = beats;
      setup(RoutedTypes.EVENTS.createSerializer(new SerializerConfigImpl()));
      if (state != null) {
        initializeState(state);
      }
      open();
    }

    void send(Event event) throws Exception {
      processElement(new StreamRecord<>(event, event.timestamp));
    }

    List<RuleAck> acks() {
      var acks = getSideOutput(Router.ACKS);
      return acks == null ? List.of() : acks.stream().map(StreamRecord::getValue).toList();
    }

    /** Pushes a rule and returns up to where events were not routed for it. */
    long push(String request, String rule, int key) throws Exception {
      log.add(Changes.record(log.records.size(), request, rule, key));
      return nextAck().routedUpTo();
    }

    RuleAck nextAck() throws Exception {
      int before = acks().size();
      while (acks().size() == before) {
        getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
      }
      return acks().get(before);
    }

    void beat(Long beat) throws Exception {
      beats.add(beat);
      getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
    }

    List<String> routed() {
      return extractOutputValues().stream()
          .filter(routed -> !BeatMarks.isMark(routed))
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
      assertThat(harness.push("p1", Plans.burst(), 0)).isEqualTo(RuleChange.NONE);
      // By line: readings up to 70 went without.
      assertThat(harness.push("p2", Plans.halted(), 1)).isEqualTo(70);
      harness.send(Plans.event(plan, Plans.READINGS, "c", "r", "l", 60, 1));

      assertThat(harness.routed())
          .containsExactly("0 r first a", "0 r first b", "0 r first c", "1 l again c");
    }
  }

  @Test
  void routesAndWhatWasSeenSurviveARestore() throws Exception {
    Plans plans = Plans.with(Plans.rise());
    PlanDefinition plan = plans.definition();
    MemoryLog<LogRecord> log = new MemoryLog<>();
    OperatorSubtaskState state;
    try (Harness harness = new Harness(plans, null, log)) {
      harness.send(Plans.event(plan, Plans.STOPS, "a", "r", "l", 70, 1));
      harness.push("p", Changes.byTwo("pair", "readings", "robot", "line"), 2);
      state = harness.snapshot(1, 1);
    }
    try (Harness restored = new Harness(plans, state, log)) {
      assertThat(restored.acks()).isEmpty();
      restored.send(Plans.event(plan, Plans.READINGS, "c", "r", "l", 60, 1));
      assertThat(restored.routed()).containsExactly("0 r first c", "2 r|l again c");

      assertThat(restored.push("q", Plans.halted(), 1)).isEqualTo(70);
    }
  }

  /** What a restored router reads again can be a large backlog; the log must not come behind it. */
  @Test
  void aRestoredRouterRoutesForWhatTheLogHoldsBeforeItsFirstEventSoThatTheLoggedStampHolds()
      throws Exception {
    Plans plans = Plans.with(Plans.rise());
    PlanDefinition plan = plans.definition();
    MemoryLog<LogRecord> log = new MemoryLog<>();
    OperatorSubtaskState state;
    try (Harness harness = new Harness(plans, null, log)) {
      harness.send(Plans.event(plan, Plans.READINGS, "a", "r", "l", 70, 1));
      state = harness.snapshot(1, 1);
      harness.send(Plans.event(plan, Plans.READINGS, "b", "r", "l", 80, 1));
      assertThat(harness.push("p", Plans.halted(), 1)).isEqualTo(80);
    }
    try (Harness restored = new Harness(plans, state, log);
        var stamper =
            new OneInputStreamOperatorTestHarness<RuleAck, RuleChange>(
                new Stamper(plans.text(), RuleHistory.NONE, () -> Map.of("p", 81L)))) {
      stamper.setup(RuleChange.TYPE.createSerializer(new SerializerConfigImpl()));
      stamper.open();
      restored.send(Plans.event(plan, Plans.READINGS, "b", "r", "l", 80, 1));
      restored.send(Plans.event(plan, Plans.READINGS, "c", "r", "l", 500, 1));
      stamper.processWatermark(new Watermark(500));
      for (RuleAck ack : restored.acks()) {
        stamper.processElement(new StreamRecord<>(ack));
      }

      assertThat(stamper.extractOutputValues()).extracting(RuleChange::stamp).containsExactly(81L);
      assertThat(restored.routed())
          .containsExactly("0 r first b", "1 l again b", "0 r first c", "1 l again c");
    }
  }

  /** At a checkpoint one may have read more of the log than another. */
  @Test
  void routersGoOnFromWhereEachHadReadTheLog() throws Exception {
    Plans plans = Plans.with(Plans.rise());
    PlanDefinition plan = plans.definition();
    MemoryLog<LogRecord> log = new MemoryLog<>();
    OperatorSubtaskState state;
    try (Harness first = new Harness(plans, null, log, new MemoryLog<>(), 2, 0);
        Harness second = new Harness(plans, null, new MemoryLog<>(), new MemoryLog<>(), 2, 1)) {
      first.send(Plans.event(plan, Plans.READINGS, "a", "r", "l", 70, 1));
      first.push("p", Plans.halted(), 1);
      first.send(Plans.event(plan, Plans.READINGS, "b", "r", "l", 90, 1));
      second.send(Plans.event(plan, Plans.READINGS, "c", "r", "l", 40, 1));
      state =
          AbstractStreamOperatorTestHarness.repackageState(
              first.snapshot(1, 1), second.snapshot(1, 1));
    }

    // The first has acknowledged; the second does, of what it has not routed itself.
    assertThat(restored(plans, state, log, 2, 0)).isEmpty();
    assertThat(restored(plans, state, log, 2, 1)).containsExactly(40L);
    // In another parallelism nobody knows which events were whose.
    assertThat(restored(plans, state, log, 3, 1)).containsExactly(90L);
    assertThat(restored(plans, state, log, 1, 0)).containsExactly(90L);
  }

  private static List<Long> restored(
      Plans plans, OperatorSubtaskState state, MemoryLog<LogRecord> log, int routers, int router)
      throws Exception {
    OperatorSubtaskState own =
        AbstractStreamOperatorTestHarness.repartitionOperatorState(
            state, Host.MAX_PARALLELISM, 2, routers, router);
    try (Harness harness = new Harness(plans, own, log, new MemoryLog<>(), routers, router)) {
      return harness.acks().stream().map(RuleAck::routedUpTo).toList();
    }
  }

  @Test
  void theFirstRouterSaysWhatBecomesOfARecord() throws Exception {
    MemoryLog<LogRecord> log = new MemoryLog<>();
    log.add(Changes.record(0, "p", Plans.burst(), 0));
    log.add(new LogRecord(1, new byte[] {'{'}));
    try (Harness first = new Harness(Plans.with(Plans.rise()), null, log, new MemoryLog<>(), 2, 0);
        Harness second =
            new Harness(Plans.with(Plans.rise()), null, log, new MemoryLog<>(), 2, 1)) {
      assertThat(first.getSideOutput(Router.STATUS))
          .extracting(record -> record.getValue().state())
          .containsExactly(RuleStatus.State.ACCEPTED, RuleStatus.State.REJECTED);
      assertThat(second.getSideOutput(Router.STATUS)).isNull();
      assertThat(second.acks()).hasSize(1);
    }
  }

  @Test
  void aRouterWithoutEventsMarksABeatForEverySubtaskBehindItsEvents() throws Exception {
    Plans plans = Plans.with(Plans.rise());
    try (Harness harness = new Harness(plans, null, new MemoryLog<>(), new MemoryLog<>(), 3, 1)) {
      harness.beat(500L);
      harness.send(Plans.event(plans.definition(), Plans.READINGS, "a", "r", "l", 70, 1));
      assertThat(harness.acks()).isEmpty();

      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      assertThat(harness.acks()).containsExactly(RuleAck.mark(500, 1, 3));
      List<RoutedEvent> routed = harness.extractOutputValues();
      assertThat(routed).hasSize(4);
      assertThat(routed.subList(1, 4))
          .allMatch(BeatMarks::isMark)
          .extracting(
              mark ->
                  KeyGroupRangeAssignment.assignKeyToParallelOperator(
                      mark.key(), Host.MAX_PARALLELISM, 3))
          .containsExactlyInAnyOrder(0, 1, 2);

      harness.beat(400L);
      harness.beat(null);
      assertThat(harness.acks()).hasSize(1);
      harness.beat(600L);
      harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
      harness.beat(700L);
      assertThat(harness.acks()).hasSize(2);
      // The end of a bounded input is a silence as well.
      harness.processWatermark(Watermark.MAX_WATERMARK);
      assertThat(harness.acks()).hasSize(3);
    }
  }
}
