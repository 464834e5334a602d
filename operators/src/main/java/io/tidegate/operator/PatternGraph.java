package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.StreamDefinition;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecordSerializer;
import io.tidegate.rules.Activations;
import io.tidegate.rules.LogRecord;
import io.tidegate.rules.LoggedStamps;
import io.tidegate.rules.RuleAck;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleGate;
import io.tidegate.rules.RuleHistory;
import io.tidegate.rules.RuleReport;
import io.tidegate.rules.RuleStatus;
import io.tidegate.rules.Stamper;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Router and pattern operator with what lies between them and the rules log.
 *
 * <pre>
 * log ► rule-gate ►broadcast► router ► (by key) ──────────────────► patterns ► matches
 *                     events ►  └ acknowledgements ► stamper ►broadcast►┘ └ reports ► activations
 * </pre>
 */
public final class PatternGraph {
  private final String planText;
  private final boolean closeAtEnd;
  private final StreamDefinition[] streams;
  private DataStream<RuleStatus> status;
  private DataStream<RuleChange> quarantines;

  /**
   * The graph of a plan; nothing is laid yet.
   *
   * @param closeAtEnd whether the end of a bounded input lets time pass to its end
   */
  public PatternGraph(String planText, boolean closeAtEnd) {
    this.planText = planText;
    this.closeAtEnd = closeAtEnd;
    this.streams = PlanDefinition.parse(planText).streams();
  }

  /** Matches of the plan's rules, which stay as they are. */
  public SingleOutputStreamOperator<MatchRecord> fixed(DataStream<Event> events) {
    KeyedStream<RoutedEvent, RoutedKey> routed =
        events
            .flatMap(new FixedRouter(planText))
            .returns(RoutedTypes.EVENTS)
            .uid("router")
            .name("router")
            .keyBy(RoutedEvent::key, RoutedTypes.KEYS);
    // It ends at once, and then holds no time back.
    DataStream<RuleChange> none =
        events
            .getExecutionEnvironment()
            .fromSequence(0, 0)
            .uid("no-rules-log")
            .name("no-rules-log")
            .setParallelism(1)
            .<RuleChange>flatMap((number, out) -> {})
            .returns(RuleChange.TYPE)
            .setParallelism(1)
            .uid("no-rule-changes")
            .name("no-rule-changes");
    return patterns(routed, none, RuleHistory.NONE);
  }

  /**
   * Matches of rules that change while the job runs.
   *
   * @param log the rules log
   * @param history what the log held when the job was submitted
   * @param stamps where stamps are logged
   */
  public SingleOutputStreamOperator<MatchRecord> changing(
      DataStream<Event> events,
      DataStream<LogRecord> log,
      RuleHistory history,
      LoggedStamps stamps) {
    SingleOutputStreamOperator<RuleChange> changes =
        log.transform("rule-gate", RuleChange.TYPE, new RuleGate(planText, history))
            .setParallelism(1)
            .uid("rule-gate");
    SingleOutputStreamOperator<RoutedEvent> routed =
        events
            .connect(changes.broadcast())
            .transform("router", RoutedTypes.EVENTS, new Router(planText, history))
            .uid("router");
    DataStream<RuleAck> acknowledgements = routed.getSideOutput(Router.ACKS);
    SingleOutputStreamOperator<RuleChange> stamped =
        acknowledgements
            .transform("stamper", RuleChange.TYPE, new Stamper(planText, history, stamps))
            .setParallelism(1)
            // Time goes on behind the stamper, so it does not wait in a buffer there.
            .setBufferTimeout(0)
            .uid("stamper");
    SingleOutputStreamOperator<MatchRecord> matches =
        patterns(routed.keyBy(RoutedEvent::key, RoutedTypes.KEYS), stamped, history);
    quarantines = matches.getSideOutput(PatternOperator.QUARANTINES);
    DataStream<RuleReport> reports = matches.getSideOutput(PatternOperator.REPORTS);
    status =
        changes
            .getSideOutput(RuleGate.STATUS)
            .union(
                stamped.getSideOutput(Stamper.STATUS),
                reports
                    .transform("rule-activations", RuleStatus.TYPE, new Activations())
                    .setParallelism(1)
                    .uid("rule-activations"));
    return matches;
  }

  private SingleOutputStreamOperator<MatchRecord> patterns(
      KeyedStream<RoutedEvent, RoutedKey> routed,
      DataStream<RuleChange> stamped,
      RuleHistory history) {
    return routed
        .connect(stamped.broadcast())
        .transform(
            "patterns",
            MatchRecordSerializer.TYPE,
            new PatternOperator(planText, history, closeAtEnd))
        .uid("patterns");
  }

  /** What the rules log has to get from {@link #changing}: rules that exceed their limits. */
  public DataStream<RuleChange> quarantines() {
    return quarantines;
  }

  /** What becomes of the changes of {@link #changing}. */
  public DataStream<RuleStatus> status() {
    return status;
  }
}
