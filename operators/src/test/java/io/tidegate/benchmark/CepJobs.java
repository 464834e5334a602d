package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.event.Event;
import io.tidegate.event.EventTypeInfo;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import io.tidegate.operator.PatternGraph;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.EventComparator;
import org.apache.flink.cep.configuration.CEPCacheOptions;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** The jobs that are compared: a plan's rules in our operator, in Flink's, and no rule at all. */
final class CepJobs {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROCKSDB = "_rocksdb";
  private static final AtomicLong BEGUN = new AtomicLong();

  private final PlanDefinition plan;
  private final String planText;
  private final GeneratorFunction<Long, Event> events;
  private final long count;

  /**
   * Jobs over the same events.
   *
   * @param events the n-th event as a function of n; event time rises
   * @param count number of events
   */
  CepJobs(String planText, GeneratorFunction<Long, Event> events, long count) {
    this.planText = planText;
    this.plan = PlanDefinition.parse(planText);
    this.events = events;
    this.count = count;
  }

  /** What a run took and found. */
  record Run(double seconds, double cpuSeconds, long found) {}

  /** Called with the first event of a run. */
  static void begun() {
    BEGUN.set(System.nanoTime());
  }

  /** Runs a job by its name: its kind, and behind it {@code _rocksdb} where state lies there. */
  Run run(String name) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    if (name.endsWith(ROCKSDB)) {
      configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    }
    configuration.set(CEPCacheOptions.CEP_SHARED_BUFFER_EVENT_CACHE_SLOTS, 100_000);
    configuration.set(CEPCacheOptions.CEP_SHARED_BUFFER_ENTRY_CACHE_SLOTS, 100_000);
    configuration.set(CEPCacheOptions.CEP_CACHE_STATISTICS_INTERVAL, Duration.ofHours(1));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    environment.getConfig().enableObjectReuse();
    StreamDefinition[] streams = plan.streams();
    DataStream<Event> source =
        environment.fromSource(
            new DataGeneratorSource<>(events, count, EventTypeInfo.events(streams)),
            WatermarkStrategy.<Event>forMonotonousTimestamps()
                .withTimestampAssigner((event, previous) -> event.timestamp),
            "events");
    CountingSink.reset();
    DataStream<?> result =
        switch (name.replace(ROCKSDB, "")) {
          case "pass_through" -> passThrough(source);
          case "tidegate" -> tidegate(source, streams);
          case "flink" -> flink(source);
          default -> throw new IllegalArgumentException("no job " + name);
        };
    result.sinkTo(new CountingSink<>());
    environment.execute(name);
    return new Run(
        (CountingSink.endedAt() - BEGUN.get()) / 1e9,
        CountingSink.cpuTime() / 1e9,
        CountingSink.count());
  }

  private DataStream<Event> passThrough(DataStream<Event> source) {
    return source
        .keyBy(new PlanKey(planText, false), Types.STRING)
        .process(
            new KeyedProcessFunction<String, Event, Event>() {
              private static final long serialVersionUID = 1L;

              @Override
              public void processElement(Event event, Context context, Collector<Event> out) {
                out.collect(event);
              }
            })
        .returns(EventTypeInfo.events(plan.streams()));
  }

  private DataStream<?> tidegate(DataStream<Event> source, StreamDefinition[] streams) {
    return new PatternGraph(planText, true).fixed(source);
  }

  /** One operator a rule, each over the streams that the rule reads. */
  private DataStream<Integer> flink(DataStream<Event> source) throws IOException {
    DataStream<Integer> all = null;
    for (RuleDefinition rule : plan.rules()) {
      DataStream<Integer> found = flink(source, rule);
      all = all == null ? found : all.union(found);
    }
    return all;
  }

  private DataStream<Integer> flink(DataStream<Event> source, RuleDefinition rule)
      throws IOException {
    String alone = alone(rule.id());
    DataStream<Event> read = source;
    if (rule.streams().length < plan.streams().length) {
      boolean[] reads = new boolean[plan.streams().length];
      for (int stream : rule.streams()) {
        reads[stream] = true;
      }
      read = source.filter(event -> reads[event.stream]);
    }
    return CEP.pattern(
            read.keyBy(new PlanKey(alone, true), Types.STRING),
            FlinkPatterns.of(alone),
            new TotalOrder(alone))
        .inEventTime()
        .process(
            new PatternProcessFunction<Event, Integer>() {
              private static final long serialVersionUID = 1L;

              @Override
              public void processMatch(
                  Map<String, List<Event>> match, Context context, Collector<Integer> out) {
                out.collect(match.size());
              }
            },
            Types.INT);
  }

  /** The plan with one of its rules. */
  private String alone(String id) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(planText);
    ArrayNode rules = json.putArray("rules");
    for (JsonNode rule : JSON.readTree(planText).get("rules")) {
      if (rule.get("id").textValue().equals(id)) {
        rules.add(rule);
      }
    }
    return json.toString();
  }

  /** Events of one time in the order in which ours handles them. */
  private static final class TotalOrder implements EventComparator<Event> {
    private static final long serialVersionUID = 1L;
    private final String planText;
    private transient StreamDefinition[] streams;

    TotalOrder(String planText) {
      this.planText = planText;
    }

    @Override
    public int compare(Event a, Event b) {
      if (streams == null) {
        streams = PlanDefinition.parse(planText).streams();
      }
      return Identities.compare(streams, a, b);
    }
  }
}
