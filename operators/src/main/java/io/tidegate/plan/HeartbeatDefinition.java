package io.tidegate.plan;

import java.io.Serializable;

/**
 * A topic that lets time pass while no events come.
 *
 * @param topic the topic
 * @param intervalMs how often the job writes a beat to it, ms; 0 where somebody else does
 * @param lagMs up to how far behind a beat events may still come, ms
 */
public record HeartbeatDefinition(String topic, long intervalMs, long lagMs)
    implements Serializable {
  static HeartbeatDefinition of(PlanNode node) {
    return new HeartbeatDefinition(
        node.text("topic"), node.duration("interval_ms"), node.duration("lag_ms"));
  }
}
