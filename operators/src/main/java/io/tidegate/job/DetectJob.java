package io.tidegate.job;

import io.tidegate.batch.BatchFormer;
import io.tidegate.decide.Decide;
import io.tidegate.decide.Decision;
import io.tidegate.decide.UnscoredAlerts;
import io.tidegate.decode.LateGate;
import io.tidegate.decode.Sources;
import io.tidegate.event.DeadLetter;
import io.tidegate.event.Event;
import io.tidegate.event.LateEvent;
import io.tidegate.operator.PatternOperator;
import io.tidegate.operator.RoutedEvent;
import io.tidegate.operator.RoutedTypes;
import io.tidegate.operator.Router;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.Alert;
import io.tidegate.record.AlertSerializer;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchRecordSerializer;
import java.util.List;
import java.util.ArrayList;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The main job's graph: sources, late gates, router, pattern operator, batches, decisions, sinks.
 *
 * <p>It is built in two calls because Python scores in the middle: {@link #build} up to {@link
 * #requests}, and {@link #finish} from the scored frames on. Every operator has a fixed name and
 * uid: a savepoint's state finds its operator by it.
 */
public final class DetectJob {
  private final PlanDefinition plan;
  private final Decision decision;
  private final DataStream<MatchRecord> matches;
  private final DataStream<MatchRecord> timeouts;
  private final DataStream<MatchRecord> unscored;
  private final DataStream<byte[]> requests;
  private final List<DataStream<Event>> events;
  private final DataStream<DeadLetter> deadLetters;
  private final DataStream<LateEvent> lateEvents;

  /**
   * The first part of the graph.
   *
   * @param env where the job runs; object reuse is switched on
   * @param planJson the plan
   * @param closeAtEnd whether the end of a bounded input lets event time pass to its end
   */
  public static DetectJob build(
      StreamExecutionEnvironment env, String planJson, boolean closeAtEnd) {
    return new DetectJob(env, planJson, closeAtEnd);
  }

  private DetectJob(StreamExecutionEnvironment env, String planJson, boolean closeAtEnd) {
    plan = PlanDefinition.parse(planJson);
    decision = new Decision(plan.model());
    // Events, matches and frames are immutable, so operators may hand them on as they are.
    env.getConfig().enableObjectReuse();

    Sources.Brokers brokers =
        new Sources.Brokers(
            plan.kafka().bootstrap(), plan.kafka().group(), plan.kafka().properties());
    events = new ArrayList<>();
    List<DataStream<DeadLetter>> dead = new ArrayList<>();
    List<DataStream<LateEvent>> late = new ArrayList<>();
    for (int i = 0; i < plan.streams().length; i++) {
      SingleOutputStreamOperator<Event> inTime = Sources.events(env, plan.streams(), i, brokers);
      events.add(inTime);
      dead.add(inTime.getSideOutput(LateGate.deadLetters()));
      late.add(inTime.getSideOutput(LateGate.lateEvents(plan.streams())));
    }
    SingleOutputStreamOperator<MatchRecord> found =
        union(events)
            .flatMap(new Router(planJson))
            .returns(RoutedTypes.events(plan.streams()))
            .uid("router")
            .name("router")
            .keyBy(RoutedEvent::key, RoutedTypes.KEYS)
            .transform(
                "patterns",
                MatchRecordSerializer.TYPE,
                new PatternOperator(planJson, closeAtEnd))
            .uid("patterns");
    late.add(found.getSideOutput(PatternOperator.lateEvents(plan.streams())));
    matches = found;
    timeouts = found.getSideOutput(PatternOperator.TIMEOUTS);
    deadLetters = union(dead);
    lateEvents = union(late);

    if (plan.model() == null) {
      requests = null;
      unscored = matches;
    } else {
      SingleOutputStreamOperator<byte[]> batches =
          matches
              .transform(
                  "batch-former",
                  PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                  new BatchFormer(
                      plan.window().channelCount(),
                      plan.window().length(),
                      plan.model().batchSize(),
                      plan.model().batchIntervalMs()))
              .uid("batch-former");
      requests = batches;
      unscored = batches.getSideOutput(BatchFormer.UNSCORABLE);
    }
  }

  private static <T> DataStream<T> union(List<DataStream<T>> streams) {
    DataStream<T> all = streams.get(0);
    for (DataStream<T> other : streams.subList(1, streams.size())) {
      all = all.union(other);
    }
    return all;
  }

  /** Frames for the scorer; null when the pipeline has no model. */
  public DataStream<byte[]> requests() {
    return requests;
  }

  /**
   * The rest of the graph.
   *
   * @param scored what the scorer answered to {@link #requests}; null when the pipeline has no
   *     model
   */
  public void finish(DataStream<byte[]> scored) {
    if ((scored == null) != (requests == null)) {
      throw new IllegalArgumentException(
          "pipeline " + plan.name() + (requests == null ? " has no model" : " has a model")
              + ", and the scored stream is " + (scored == null ? "missing" : "given"));
    }
    DataStream<Alert> alerts =
        unscored
            .process(new UnscoredAlerts(decision), AlertSerializer.TYPE)
            .uid("unscored-alerts")
            .name("unscored-alerts");
    JobSinks sinks = new JobSinks(plan, matches.getExecutionEnvironment());
    if (scored != null) {
      SingleOutputStreamOperator<Alert> decided =
          scored.process(new Decide(decision), AlertSerializer.TYPE).uid("decide").name("decide");
      sinks.scores(decided.getSideOutput(Decide.SCORES));
      alerts = alerts.union(decided);
    }
    sinks.alerts(alerts);
    sinks.matches(matches);
    sinks.timeouts(timeouts);
    sinks.deadLetters(deadLetters);
    sinks.lateEvents(lateEvents);
    for (int i = 0; i < events.size(); i++) {
      sinks.events(plan.streams()[i], events.get(i));
    }
  }
}
