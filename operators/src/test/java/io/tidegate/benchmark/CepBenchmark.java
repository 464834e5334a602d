package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import io.tidegate.plan.PlanDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.connector.datagen.source.GeneratorFunction;

/**
 * Runs jobs over the same events in turns, all in this process, parallelism 1, state on the heap or
 * in RocksDB.
 *
 * <p>Argument: a JSON file. {@code {"events": {"kind": "types", "types", "keys", "interval_ms"} |
 * {"kind": "transactions", "keys", "interval_ms"} | {"kind": "file", "file"}, "warm_ups", "runs",
 * "jobs": [{"name", "kind": "pass_through" | "tidegate" | "flink" | "flink_filtered", "plan": file,
 * "events": count, "warm_ups", "runs"}]}}; a kind with {@code _rocksdb} behind it keeps state
 * there; a job's own warm-ups and runs are optional. Prints a line for each run: {@code job run
 * seconds cpu-seconds found}, runs before 0 being warm-up. CPU seconds are those of all threads of
 * the process, which say more than the clock on a busy machine.
 */
public final class CepBenchmark {
  private CepBenchmark() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    JsonNode spec = new ObjectMapper().readTree(Path.of(args[0]).toFile());
    Map<JsonNode, CepJobs> jobs = new LinkedHashMap<>();
    for (JsonNode job : spec.get("jobs")) {
      String plan = Files.readString(Path.of(job.get("plan").textValue()));
      jobs.put(
          job, new CepJobs(plan, events(spec.get("events"), plan), job.get("events").longValue()));
    }
    int first = 0;
    int end = 0;
    for (JsonNode job : jobs.keySet()) {
      first = Math.min(first, -count(job, spec, "warm_ups"));
      end = Math.max(end, count(job, spec, "runs"));
    }
    for (int run = first; run < end; run++) {
      for (var job : jobs.entrySet()) {
        if (run >= -count(job.getKey(), spec, "warm_ups")
            && run < count(job.getKey(), spec, "runs")) {
          CepJobs.Run result = job.getValue().run(job.getKey().get("kind").textValue());
          System.out.printf(
              "%s %d %.4f %.4f %d%n",
              job.getKey().get("name").textValue(),
              run,
              result.seconds(),
              result.cpuSeconds(),
              result.found());
        }
      }
    }
  }

  private static int count(JsonNode job, JsonNode spec, String name) {
    return job.has(name) ? job.get(name).intValue() : spec.get(name).intValue();
  }

  private static GeneratorFunction<Long, Event> events(JsonNode spec, String planText)
      throws IOException {
    PlanDefinition plan = PlanDefinition.parse(planText);
    EventType type = plan.streams()[0].type();
    return switch (spec.get("kind").textValue()) {
      case "types" ->
          new CepEvents(
              type,
              spec.get("types").intValue(),
              spec.get("keys").intValue(),
              spec.get("interval_ms").doubleValue());
      case "transactions" ->
          new Transactions(
              type, spec.get("keys").intValue(), spec.get("interval_ms").doubleValue());
      case "file" -> RecordedEvents.read(Path.of(spec.get("file").textValue()), plan);
      default -> throw new IllegalArgumentException("no events of kind " + spec.get("kind"));
    };
  }
}
