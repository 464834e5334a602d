package io.tidegate.plan;

import java.io.Serializable;

/**
 * Where results go.
 *
 * @param alertsTopic topic of the alerts
 * @param exactlyOnce whether alerts are written in transactions; else at least once
 * @param deadLettersTopic topic of what could not be read
 * @param lateEventsTopic topic of what came too late
 * @param iceberg the tables; null for none
 */
public record SinksDefinition(
    String alertsTopic,
    boolean exactlyOnce,
    String deadLettersTopic,
    String lateEventsTopic,
    IcebergDefinition iceberg)
    implements Serializable {
  static SinksDefinition of(PlanNode node) {
    PlanNode alerts = node.child("alerts");
    String delivery = alerts.text("delivery");
    if (!delivery.equals("at_least_once") && !delivery.equals("exactly_once")) {
      throw alerts.refuse(
          "'delivery' is '" + delivery + "'; expected at_least_once or exactly_once");
    }
    return new SinksDefinition(
        alerts.text("topic"),
        delivery.equals("exactly_once"),
        node.child("dead_letters").text("topic"),
        node.child("late_events").text("topic"),
        node.has("iceberg") ? IcebergDefinition.of(node.child("iceberg")) : null);
  }
}
