package io.tidegate.decide;

import io.tidegate.batch.ScoredBatch;
import io.tidegate.record.Alert;
import io.tidegate.record.ScoreRecord;
import io.tidegate.record.ScoreRecordSerializer;
import io.tidegate.record.ScoreStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Turns what the scorer answers into alerts, and into a score record for every window ({@link
 * #SCORES}). Counts scores, invalid scores, windows whose key the model has no numbers of, and
 * alerts.
 */
public final class Decide extends ProcessFunction<byte[], Alert> {
  private static final long serialVersionUID = 1L;

  /** Side output of every score, alert or not. */
  public static final OutputTag<ScoreRecord> SCORES =
      new OutputTag<>("scores", ScoreRecordSerializer.TYPE);

  private final Decision decision;
  private transient Counter scores;
  private transient Counter invalid;
  private transient Counter unknownDomains;
  private transient Counter alerts;

  /** Alerts by the decisions of a pipeline. */
  public Decide(Decision decision) {
    this.decision = decision;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup group = getRuntimeContext().getMetricGroup();
    scores = group.counter("scores");
    invalid = group.counter("invalid_scores");
    unknownDomains = group.counter("unknown_domains");
    alerts = group.counter("alerts");
  }

  @Override
  public void processElement(byte[] frame, Context context, Collector<Alert> out) {
    ScoredBatch batch = ScoredBatch.read(frame);
    unknownDomains.inc(batch.unknownDomains());
    for (int row = 0; row < batch.count(); row++) {
      ScoreRecord record =
          decision.score(
              batch.matches().get(row), outputs(batch, row), batch.provider(), batch.scoredAt());
      scores.inc();
      if (record.status() == ScoreStatus.INVALID) {
        invalid.inc();
      }
      context.output(SCORES, record);
      if (record.alerted()) {
        alerts.inc();
        out.collect(decision.alert(record, context.timerService().currentProcessingTime()));
      }
    }
  }

  private static Map<String, Double> outputs(ScoredBatch batch, int row) {
    Map<String, Double> outputs = new LinkedHashMap<>();
    for (int i = 0; i < batch.outputs().size(); i++) {
      outputs.put(batch.outputs().get(i), (double) batch.value(row, i));
    }
    return outputs;
  }
}
