package io.tidegate.job;

import io.tidegate.event.StreamDefinition;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RulesLogDefinition;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclOperation;

/** The topics of a plan's job: what it does with each, and how each is to be created. */
final class JobTopics {
  static final String TIMESTAMP_TYPE = "message.timestamp.type";
  static final String APPEND_TIME = "LogAppendTime";

  private final PlanDefinition plan;

  JobTopics(PlanDefinition plan) {
    this.plan = plan;
  }

  /** The plan's topics and the operations that the job needs on each. */
  Map<String, Set<AclOperation>> rights() {
    Map<String, Set<AclOperation>> rights = new LinkedHashMap<>();
    for (StreamDefinition stream : plan.streams()) {
      stream.topics().forEach(topic -> rights.put(topic, EnumSet.of(AclOperation.READ)));
    }
    rights.put(plan.sinks().alertsTopic(), EnumSet.of(AclOperation.WRITE));
    rights.put(plan.sinks().deadLettersTopic(), EnumSet.of(AclOperation.WRITE));
    rights.put(plan.sinks().lateEventsTopic(), EnumSet.of(AclOperation.WRITE));
    if (plan.rulesLog() != null) {
      // Quarantines are appended to the log; stamps are read again at a start.
      rights.put(plan.rulesLog().topic(), EnumSet.of(AclOperation.READ, AclOperation.WRITE));
      rights.put(plan.rulesLog().statusTopic(), EnumSet.of(AclOperation.READ, AclOperation.WRITE));
    }
    if (plan.heartbeat() != null) {
      Set<AclOperation> beats = EnumSet.of(AclOperation.READ);
      if (plan.writesBeats()) {
        beats.add(AclOperation.WRITE);
      }
      rights.put(plan.heartbeat().topic(), beats);
    }
    return rights;
  }

  /**
   * How a topic is to be created: with the broker's default number of partitions unless its order
   * matters. Record time of input topics is append time, which "too far in the future" is judged
   * against.
   */
  NewTopic wanted(String topic) {
    RulesLogDefinition log = plan.rulesLog();
    if (log != null && (topic.equals(log.topic()) || topic.equals(log.statusTopic()))) {
      // One order of all changes, and none is ever forgotten.
      return new NewTopic(topic, Optional.of(1), Optional.empty())
          .configs(Map.of("retention.ms", "-1", "cleanup.policy", "delete"));
    }
    if (plan.heartbeat() != null && topic.equals(plan.heartbeat().topic())) {
      // The last beat is kept for ever, for replays; the others go.
      return new NewTopic(topic, Optional.of(1), Optional.empty())
          .configs(
              Map.of(
                  TIMESTAMP_TYPE,
                  APPEND_TIME,
                  "cleanup.policy",
                  "compact",
                  "segment.ms",
                  "3600000"));
    }
    NewTopic wanted = new NewTopic(topic, Optional.empty(), Optional.empty());
    boolean input =
        Arrays.stream(plan.streams()).anyMatch(stream -> stream.topics().contains(topic));
    return input ? wanted.configs(Map.of(TIMESTAMP_TYPE, APPEND_TIME)) : wanted;
  }
}
