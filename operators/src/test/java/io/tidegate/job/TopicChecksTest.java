package io.tidegate.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.decode.KafkaBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker that knows rights is asked before a job starts. */
class TopicChecksTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static KafkaBroker broker;
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    broker =
        KafkaBroker.start(
            folder,
            Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found",
                "true"));
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
  }

  @AfterAll
  static void stop() throws Exception {
    if (broker != null) {
      admin.close();
      broker.close();
    }
  }

  /** The golden plan with topics of its own, a heartbeat, and this broker. */
  private static ObjectNode plan(String name) throws Exception {
    Path golden =
        Path.of(System.getProperty("tidegate.root", ".."), "tests/golden/fraud.plan.json");
    ObjectNode plan = (ObjectNode) JSON.readTree(Files.readString(golden));
    ((ObjectNode) plan.path("kafka")).put("bootstrap", broker.bootstrap());
    ((ObjectNode) plan.path("streams").path(0)).putArray("topics").add(name + "-in");
    ObjectNode sinks = (ObjectNode) plan.path("sinks");
    ((ObjectNode) sinks.path("alerts")).put("topic", name + "-alerts");
    ((ObjectNode) sinks.path("dead_letters")).put("topic", name + "-dead");
    ((ObjectNode) sinks.path("late_events")).put("topic", name + "-late");
    plan.putObject("rules_log")
        .put("topic", name + "-rules")
        .put("status_topic", name + "-rule-status");
    plan.putObject("heartbeat")
        .put("topic", name + "-beats")
        .put("interval_ms", 1_000)
        .put("lag_ms", 10_000);
    return plan;
  }

  private static List<String> create(ObjectNode plan) {
    try (TopicChecks checks = new TopicChecks(plan.toString())) {
      return checks.create();
    }
  }

  private static List<String> missing(ObjectNode plan) {
    try (TopicChecks checks = new TopicChecks(plan.toString())) {
      return checks.missing();
    }
  }

  private static void allowOnly(String topic, AclOperation... operations) throws Exception {
    ResourcePattern pattern = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
    for (AclOperation operation : operations) {
      AccessControlEntry entry =
          new AccessControlEntry("User:ANONYMOUS", "*", operation, AclPermissionType.ALLOW);
      admin.createAcls(List.of(new AclBinding(pattern, entry))).all().get();
    }
  }

  private static String setting(String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name).value();
  }

  @Test
  void missingTopicsAreNamedCreatedOnceAndThenThere() throws Exception {
    ObjectNode plan = plan("fresh");
    String[] topics = {
      "fresh-in",
      "fresh-alerts",
      "fresh-dead",
      "fresh-late",
      "fresh-rules",
      "fresh-rule-status",
      "fresh-beats"
    };
    assertThat(missing(plan))
        .hasSize(topics.length)
        .allMatch(line -> line.endsWith(" does not exist at " + broker.bootstrap()));

    assertThat(create(plan)).containsExactly(topics);
    assertThat(missing(plan)).isEmpty();
    assertThat(create(plan)).isEmpty();

    assertThat(setting("fresh-in", "message.timestamp.type")).isEqualTo("LogAppendTime");
    assertThat(setting("fresh-rules", "retention.ms")).isEqualTo("-1");
    assertThat(setting("fresh-beats", "message.timestamp.type")).isEqualTo("LogAppendTime");
    // A replay years later still finds the last beat.
    assertThat(setting("fresh-beats", "cleanup.policy")).isEqualTo("compact");
  }

  @Test
  void theRulesLogTheStatusTopicAndBeatsAreBothReadAndWritten() throws Exception {
    ObjectNode plan = plan("rights");
    create(plan);
    allowOnly("rights-rules", AclOperation.READ, AclOperation.DESCRIBE);
    allowOnly("rights-rule-status", AclOperation.WRITE, AclOperation.DESCRIBE);
    allowOnly("rights-beats", AclOperation.DESCRIBE);
    allowOnly("rights-in", AclOperation.READ, AclOperation.DESCRIBE);

    assertThat(missing(plan))
        .containsExactly(
            "topic rights-rules: no right to write",
            "topic rights-rule-status: no right to read",
            "topic rights-beats: no right to read and to write");

    // Somebody else writes the beats.
    ((ObjectNode) plan.path("heartbeat")).putNull("interval_ms");
    assertThat(missing(plan)).contains("topic rights-beats: no right to read");
  }

  @Test
  void aTopicThatKeepsProducersTimestampsIsNoTopicForBeats() throws Exception {
    ObjectNode plan = plan("stamps");
    broker.create("stamps-beats", 1, Map.of("message.timestamp.type", "CreateTime"));
    create(plan);

    assertThat(missing(plan))
        .containsExactly(
            "topic stamps-beats has message.timestamp.type=CreateTime; a heartbeat needs"
                + " LogAppendTime, since beats are judged against the broker's clock");
  }

  @Test
  void aRulesLogHasOnePartition() throws Exception {
    ObjectNode plan = plan("wide");
    broker.create("wide-rules", 2, Map.of());
    create(plan);

    assertThat(missing(plan))
        .containsExactly(
            "topic wide-rules has 2 partitions; a rules log has 1, since its changes have one"
                + " order");
  }
}
