package io.tidegate.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.plan.KafkaDefinition;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RulesLogDefinition;
import io.tidegate.rules.LoggedStamps;
import io.tidegate.rules.RuleHistory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the rules log and the status topic from their beginnings to their present ends. */
public final class RulesLogReader implements LoggedStamps {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KafkaDefinition kafka;
  private final RulesLogDefinition topics;

  RulesLogReader(PlanDefinition plan) {
    kafka = plan.kafka();
    topics = plan.rulesLog();
  }

  /**
   * What the log of a plan holds now.
   *
   * @throws TopicChecks.BrokerException when the broker does not answer
   */
  public static RuleHistory history(String planJson) {
    PlanDefinition plan = PlanDefinition.parse(planJson);
    return plan.rulesLog() == null ? RuleHistory.NONE : new RulesLogReader(plan).history();
  }

  private RuleHistory history() {
    Map<String, Long> stamps = read();
    List<byte[]> records = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    each(
        topics.topic(),
        record -> {
          if (record.value() != null && stamps.containsKey(request(record.value()))) {
            records.add(record.value());
            offsets.add(record.offset());
          }
        });
    return new RuleHistory(records, offsets, stamps);
  }

  private static String request(byte[] value) {
    JsonNode json = parse(value);
    return json == null ? null : json.path("request").asText(null);
  }

  /** The last stamp of each request that was not refused after it had one. */
  @Override
  public Map<String, Long> read() {
    Map<String, Long> stamps = new HashMap<>();
    each(
        topics.statusTopic(),
        record -> {
          JsonNode status = record.value() == null ? null : parse(record.value());
          if (status == null || !status.hasNonNull("request")) {
            return;
          }
          String request = status.path("request").asText();
          switch (status.path("state").asText()) {
            case "stamped" -> stamps.put(request, status.path("stamp").asLong());
            case "rejected" -> stamps.remove(request);
            default -> {
              // Says nothing about stamps.
            }
          }
        });
    return stamps;
  }

  // Null for what is no JSON object: anybody may have written it.
  private static JsonNode parse(byte[] value) {
    try {
      JsonNode json = JSON.readTree(new String(value, java.nio.charset.StandardCharsets.UTF_8));
      return json != null && json.isObject() ? json : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private void each(String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    try (var records = new KafkaLog<>(kafka, topic, record -> record).open(0)) {
      records.toPresentEnd().forEach(reader);
    }
  }
}
