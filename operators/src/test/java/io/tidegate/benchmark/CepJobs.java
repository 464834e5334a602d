package io.tidegate.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.tidegate.event.Event;
import io.tidegate.event.EventTypeInfo;
import io.tidegate.event.StreamDefinition;
import io.tidegate.operator.PatternGraph;
import io.tidegate.plan.PlanDefinition;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.cep.configuration.CEPCacheOptions;
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
  private static final String ROCKSDB = "_rocksdb";
  private static final AtomicLong BEGUN = new AtomicLong();
  private static final AtomicLong CPU_BEGUN = new AtomicLong();

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
    CPU_BEGUN.set(cpuTime());
    BEGUN.set(System.nanoTime());
  }

  /** CPU time that all threads of this process have used, ns. */
  static long cpuTime() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
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
          case "flink" -> new FlinkJob(plan, false).matches(source, planText);
          case "flink_filtered" -> new FlinkJob(plan, true).matches(source, planText);
          default -> throw new IllegalArgumentException("no job " + name);
        };
    result.sinkTo(new CountingSink<>());
    environment.execute(name);
    return new Run(
        (CountingSink.endedAt() - BEGUN.get()) / 1e9,
        (CountingSink.cpuTime() - CPU_BEGUN.get()) / 1e9,
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
    return new PatternGraph(planText, true, null).fixed(source);
  }
}
