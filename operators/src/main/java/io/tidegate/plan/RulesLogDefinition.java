package io.tidegate.plan;

import java.io.Serializable;

/**
 * Where rule changes come from, and what became of them goes to.
 *
 * @param topic the rules log
 * @param statusTopic the status topic
 */
public record RulesLogDefinition(String topic, String statusTopic) implements Serializable {
  static RulesLogDefinition of(PlanNode node) {
    return new RulesLogDefinition(node.text("topic"), node.text("status_topic"));
  }
}
