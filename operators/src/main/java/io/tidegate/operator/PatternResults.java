package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.record.MatchRecord;
import io.tidegate.rules.RuleChange;
import java.util.function.Supplier;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Counts what comes out of the keys, and hands it to the pattern operator's outputs. */
final class PatternResults implements KeyResults {
  private final Output<StreamRecord<MatchRecord>> output;
  private final PatternMetrics counts;
  private final Quarantine quarantine = new Quarantine();
  private final Supplier<RuleSet> rules;
  private final StreamRecord<MatchRecord> emitted = new StreamRecord<>(null);

  PatternResults(
      Output<StreamRecord<MatchRecord>> output, PatternMetrics counts, Supplier<RuleSet> rules) {
    this.output = output;
    this.counts = counts;
    this.rules = rules;
  }

  @Override
  public void match(HostedRule rule, MatchRecord match) {
    counts.matched(rule, match);
    output.collect(emitted.replace(match, match.endTimestamp()));
  }

  @Override
  public void timeout(HostedRule rule, MatchRecord timeout) {
    counts.timedOut(rule);
    if (timeout != null) {
      output.collect(PatternOperator.TIMEOUTS, new StreamRecord<>(timeout, timeout.timedOutAt()));
    }
  }

  @Override
  public void dropped(HostedRule rule, Dropped what, int count) {
    counts.dropped(rule, what, count);
    RuleChange request = quarantine.request(rule, what, rules.get());
    if (request != null) {
      output.collect(PatternOperator.QUARANTINES, new StreamRecord<>(request));
    }
  }

  @Override
  public void cooledDown(HostedRule rule) {
    counts.cooledDown(rule);
  }

  @Override
  public void duplicate(Event event) {
    counts.duplicates.inc();
  }

  @Override
  public void idle() {
    counts.idleKeys.inc();
  }

  @Override
  public void opened(int more) {
    counts.open.inc(more);
  }
}
