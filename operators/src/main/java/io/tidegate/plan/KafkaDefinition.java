package io.tidegate.plan;

import java.io.Serializable;
import java.util.Map;

/**
 * The broker.
 *
 * @param bootstrap bootstrap servers
 * @param group consumer group
 * @param properties further client properties
 */
public record KafkaDefinition(String bootstrap, String group, Map<String, String> properties)
    implements Serializable {
  static KafkaDefinition of(PlanNode node) {
    return new KafkaDefinition(
        node.text("bootstrap"), node.text("group"), node.properties("properties"));
  }
}
