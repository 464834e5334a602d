package io.tidegate.benchmark;

import io.tidegate.event.Event;
import io.tidegate.event.EventTypeInfo;
import io.tidegate.event.StreamDefinition;
import io.tidegate.operator.PatternOperator;
import io.tidegate.operator.RoutedEvent;
import io.tidegate.operator.RoutedTypes;
import io.tidegate.operator.Router;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.record.MatchRecordSerializer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.configuration.CEPCacheOptions;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** The jobs that are compared: one rule in our operator, in Flink's, and no rule at all. */
final class CepJobs {
  private static final AtomicLong BEGUN = new AtomicLong();

  private final PlanDefinition plan;
  private final String planText;
  private final CepEvents events;
  private final long count;

  /**
   * Jobs over the same events.
   *
   * @param planText a plan of one stream and one rule: {@code first}, {@code second}, {@code third}
   *     within a minute, by events of type 1, 2, 3
   * @param count number of events
   */
  CepJobs(String planText, CepEvents events, long count) {
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

  /** Runs a job by its name. */
  Run run(String name) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
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
        switch (name) {
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
    int slot = keySlot();
    return source
        .keyBy(event -> event.strings[slot], Types.STRING)
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
    return source
        .flatMap(new Router(planText))
        .returns(RoutedTypes.events(streams))
        .keyBy(RoutedEvent::key, RoutedTypes.KEYS)
        .transform("patterns", MatchRecordSerializer.TYPE, new PatternOperator(planText, true));
  }

  private DataStream<Integer> flink(DataStream<Event> source) {
    int slot = keySlot();
    Pattern<Event, ?> pattern =
        Pattern.<Event>begin("first")
            .where(ofType(1))
            .followedBy("second")
            .where(ofType(2))
            .followedBy("third")
            .where(ofType(3))
            .within(Duration.ofMinutes(1));
    return CEP.pattern(source.keyBy(event -> event.strings[slot], Types.STRING), pattern)
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

  private int keySlot() {
    var type = plan.streams()[0].type();
    return type.slot(type.indexOf("key"));
  }

  private SimpleCondition<Event> ofType(long wanted) {
    var type = plan.streams()[0].type();
    int slot = type.slot(type.indexOf("type"));
    return SimpleCondition.of(event -> event.numbers[slot] == wanted);
  }
}
