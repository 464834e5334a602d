package io.tidegate.benchmark;

import io.tidegate.event.EventType;
import io.tidegate.plan.PlanDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs one rule over generated events in our operator, in Flink's CepOperator, and the same events
 * keyed but unmatched; all in this process, in turns, parallelism 1, state on the heap.
 *
 * <p>Arguments: {@code plan-file events keys key-interval-ms warm-up-runs runs [job...]}. Prints a
 * line for each run: {@code job run seconds cpu-seconds found}, runs before 0 being warm-up. CPU
 * seconds are those of the operator's thread, which say more than the clock on a busy machine.
 */
public final class CepBenchmark {
  private static final List<String> JOBS = List.of("pass_through", "tidegate", "flink");

  private CepBenchmark() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    String plan = Files.readString(Path.of(args[0]));
    long count = Long.parseLong(args[1]);
    int keys = Integer.parseInt(args[2]);
    double keyIntervalMs = Double.parseDouble(args[3]);
    int warmUps = Integer.parseInt(args[4]);
    int runs = Integer.parseInt(args[5]);
    List<String> jobs = args.length > 6 ? List.of(args).subList(6, args.length) : JOBS;
    EventType type = PlanDefinition.parse(plan).streams()[0].type();
    CepJobs comparison = new CepJobs(plan, new CepEvents(type, keys, keyIntervalMs), count);
    for (int run = -warmUps; run < runs; run++) {
      for (String job : jobs) {
        CepJobs.Run result = comparison.run(job);
        System.out.printf(
            "%s %d %.4f %.4f %d%n",
            job, run, result.seconds(), result.cpuSeconds(), result.found());
      }
    }
  }
}
