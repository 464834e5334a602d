package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecordSerializer;
import io.tidegate.rules.Activations;
import io.tidegate.rules.LogRecord;
import io.tidegate.rules.LoggedStamps;
import io.tidegate.rules.RuleChange;
import io.tidegate.rules.RuleHistory;
import io.tidegate.rules.RuleReport;
import io.tidegate.rules.RuleStatus;
import io.tidegate.rules.Stamper;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Router and pattern operator with what lies between them.
 *
 * <pre>
 * events ► router ► (by key) ──────────────────► patterns ► matches
 *   log ──►┘ │ └ acknowledgements ► stamper ►broadcast►┘ └ reports ► activations
 * beats ──►┘ └ status
 * </pre>
 *
 * With beats there is a stamper also where rules stay as they are: it alone lets time pass by them.
 */
public final class PatternGraph {
  private final String planText;
  private final boolean closeAtEnd;
  private final TopicLog<Long> beats;
  private DataStream<RuleStatus> status;
  private DataStream<RuleChange> quarantines;
  private DataStream<Long> beatsToWrite;

  /**
   * The graph of a plan; nothing is laid yet.
   *
   * @param closeAtEnd whether the end of a bounded input lets time pass to its end
   * @param beats event times that may pass while no events come, epoch ms; null for none
   */
  public PatternGraph(String planText, boolean closeAtEnd, TopicLog<Long> beats) {
    this.planText = planText;
    this.closeAtEnd = closeAtEnd;
    this.beats = beats;
  }

  /** Matches of the plan's rules, which stay as they are. */
  public SingleOutputStreamOperator<MatchRecord> fixed(DataStream<Event> events) {
    SingleOutputStreamOperator<RoutedEvent> routed = routed(events, RuleHistory.NONE, null);
    DataStream<RuleChange> stamped =
        beats == null
            ? noChanges(events.getExecutionEnvironment())
            : stamped(routed, RuleHistory.NONE, LoggedStamps.NONE);
    return patterns(routed, stamped, RuleHistory.NONE);
  }

  // It ends at once, and then holds no time back.
  private static DataStream<RuleChange> noChanges(StreamExecutionEnvironment env) {
    return env.fromSequence(0, 0)
        .uid("no-rules-log")
        .name("no-rules-log")
        .setParallelism(1)
        .<RuleChange>flatMap((number, out) -> {})
        .returns(RuleChange.TYPE)
        .setParallelism(1)
        .uid("no-rule-changes")
        .name("no-rule-changes");
  }

  private SingleOutputStreamOperator<RoutedEvent> routed(
      DataStream<Event> events, RuleHistory history, TopicLog<LogRecord> log) {
    SingleOutputStreamOperator<RoutedEvent> routed =
        events
            .transform("router", RoutedTypes.EVENTS, new Router(planText, history, log, beats))
            .uid("router");
    beatsToWrite = routed.getSideOutput(Router.BEATS);
    return routed;
  }

  private SingleOutputStreamOperator<RuleChange> stamped(
      SingleOutputStreamOperator<RoutedEvent> routed, RuleHistory history, LoggedStamps logged) {
    return routed
        .getSideOutput(Router.ACKS)
        .transform("stamper", RuleChange.TYPE, new Stamper(planText, history, logged))
        .setParallelism(1)
        // Time goes on behind the stamper, so it does not wait in a buffer there.
        .setBufferTimeout(0)
        .uid("stamper");
  }

  /**
   * Matches of rules that change while the job runs.
   *
   * @param log the rules log
   * @param history what the log held when the job was submitted
   * @param stamps where stamps are logged
   */
  public SingleOutputStreamOperator<MatchRecord> changing(
      DataStream<Event> events, TopicLog<LogRecord> log, RuleHistory history, LoggedStamps stamps) {
    SingleOutputStreamOperator<RoutedEvent> routed = routed(events, history, log);
    SingleOutputStreamOperator<RuleChange> stamped = stamped(routed, history, stamps);
    SingleOutputStreamOperator<MatchRecord> matches = patterns(routed, stamped, history);
    quarantines = matches.getSideOutput(PatternOperator.QUARANTINES);
    DataStream<RuleReport> reports = matches.getSideOutput(PatternOperator.REPORTS);
    status =
        routed
            .getSideOutput(Router.STATUS)
            .union(
                stamped.getSideOutput(Stamper.STATUS),
                reports
                    .transform("rule-activations", RuleStatus.TYPE, new Activations())
                    .setParallelism(1)
                    .uid("rule-activations"));
    return matches;
  }

  private SingleOutputStreamOperator<MatchRecord> patterns(
      DataStream<RoutedEvent> routed, DataStream<RuleChange> stamped, RuleHistory history) {
    return routed
        .keyBy(RoutedEvent::key, RoutedTypes.KEYS)
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

  /** Beats that the routers ask to be written, epoch ms. */
  public DataStream<Long> beatsToWrite() {
    return beatsToWrite;
  }
}
