package io.tidegate.decide;

import io.tidegate.record.Alert;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.WindowStatus;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Alerts of the matches that no model judges. Counts alerts, and by window status the matches that
 * a model should have judged and could not.
 */
public final class UnscoredAlerts extends ProcessFunction<MatchRecord, Alert> {
  private static final long serialVersionUID = 1L;

  private final Decision decision;
  private transient Map<WindowStatus, Counter> byStatus;
  private transient Counter alerts;

  /** Alerts by the decisions of a pipeline. */
  public UnscoredAlerts(Decision decision) {
    this.decision = decision;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup group = getRuntimeContext().getMetricGroup();
    alerts = group.counter("alerts");
    byStatus = new EnumMap<>(WindowStatus.class);
    for (WindowStatus status : WindowStatus.values()) {
      byStatus.put(status, group.counter("windows_" + status.text()));
    }
  }

  @Override
  public void processElement(MatchRecord match, Context context, Collector<Alert> out) {
    byStatus.get(match.window().status()).inc();
    if (!decision.scores(match) && decision.alertsUnscored(match)) {
      alerts.inc();
      MatchRecord bare = match.withWindow(match.window().withoutValues());
      out.collect(Alert.unscored(bare, context.timerService().currentProcessingTime()));
    }
  }
}
