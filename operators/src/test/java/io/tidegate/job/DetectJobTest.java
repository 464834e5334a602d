package io.tidegate.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.rules.RuleHistory;
import io.tidegate.sink.EventKeys;
import io.tidegate.sink.TableMismatchException;
import io.tidegate.sink.Tables;
import io.tidegate.sink.TestCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** The uids are in every savepoint: a change here loses the state of running jobs. */
  @Test
  void everyOperatorOfTheCobotJobHasItsFixedUid() throws Exception {
    List<StreamNode> nodes = graph(plan("cobot", true));

    assertThat(nodes).allSatisfy(node -> assertThat(node.getTransformationUID()).isNotNull());
    TreeSet<String> uids = new TreeSet<>();
    nodes.forEach(node -> uids.add(node.getTransformationUID()));
    assertThat(uids).hasSameSizeAs(nodes);
    assertThat(uids)
        .contains(
            "source-joints",
            "late-gate-joints",
            "router",
            "patterns",
            "batch-former",
            "score",
            "decide",
            "unscored-alerts",
            "topic-alerts",
            "topic-dead-letters",
            "topic-late-events",
            "rows-matches",
            "rows-timeouts",
            "rows-scores",
            "rows-alerts",
            "rows-dead_letters",
            "rows-late_events",
            "rows-events_joints");
  }

  @Test
  void aHeartbeatNeedsAStamperAndAReplayWritesNoBeats() throws Exception {
    ObjectNode plan = (ObjectNode) JSON.readTree(plan("fraud", false));
    assertThat(uids(plan)).contains("stamper").doesNotContain("topic-beats");

    ObjectNode heartbeat = plan.putObject("heartbeat");
    heartbeat.put("topic", "b").put("interval_ms", 1_000).put("lag_ms", 10_000);
    assertThat(uids(plan)).contains("topic-beats", "stamper");

    // Also where the rules stay as they are.
    plan.putNull("rules_log");
    assertThat(uids(plan)).contains("topic-beats", "stamper");

    plan.path("streams").forEach(stream -> ((ObjectNode) stream).put("bounded", true));
    assertThat(uids(plan)).contains("stamper").doesNotContain("topic-beats");
  }

  /** Behind an exchange of every event, rules at run time would cost a third of the job's time. */
  @Test
  void theRouterRunsInTheThreadThatReads() throws Exception {
    StreamExecutionEnvironment env = environment();
    DetectJob.build(env, plan("fraud", false), RuleHistory.NONE, false).finish(null);

    assertThat(env.getStreamGraph().getJobGraph().getVertices())
        .extracting(vertex -> vertex.getName())
        .anySatisfy(
            name ->
                assertThat(name)
                    .contains("source-transactions")
                    .contains("late-gate-transactions")
                    .contains("router"));
  }

  private static List<String> uids(ObjectNode plan) {
    return graph(plan.toString()).stream().map(StreamNode::getTransformationUID).toList();
  }

  @Test
  void everyOperatorHasAName() throws Exception {
    assertThat(graph(plan("fraud", true)))
        .allSatisfy(node -> assertThat(node.getOperatorName()).isNotBlank());
  }

  @Test
  void aPipelineWithoutAModelHasNoScoringPath() throws Exception {
    List<String> uids =
        graph(plan("fraud", false)).stream().map(StreamNode::getTransformationUID).toList();

    assertThat(uids).contains("patterns", "unscored-alerts", "topic-alerts");
    assertThat(uids).doesNotContain("batch-former", "decide", "rows-matches");
  }

  @Test
  void aModelsPipelineCannotBeFinishedWithoutScores() throws Exception {
    DetectJob job = DetectJob.build(environment(), plan("cobot", false), RuleHistory.NONE, false);

    assertThatThrownBy(() -> job.finish(null))
        .hasMessage("pipeline cobot has a model, and the scored stream is missing");
  }

  @Test
  void exactlyOnceWithoutCheckpointsIsRefused() throws Exception {
    ObjectNode plan = (ObjectNode) JSON.readTree(plan("fraud", false));
    ((ObjectNode) plan.path("sinks").path("alerts")).put("delivery", "exactly_once");
    DetectJob job = DetectJob.build(environment(), plan.toString(), RuleHistory.NONE, false);

    assertThatThrownBy(() -> job.finish(null))
        .hasMessageContaining("exactly_once needs checkpoints");
  }

  @Test
  void aTableThatDiffersIsRefusedBeforeAnythingRuns() throws Exception {
    String plan = plan("fraud", true);
    TestCatalog other = new TestCatalog(Files.createDirectory(folder.resolve("b")), "fraud");
    other.create(
        new io.tidegate.sink.TableDefinition<>("alerts", Tables.ALERTS.columns().subList(0, 9)),
        "end_time");
    DetectJob job = DetectJob.build(environment(), in(plan, other), RuleHistory.NONE, false);

    assertThatThrownBy(() -> job.finish(null))
        .isInstanceOf(TableMismatchException.class)
        .hasMessageContaining("table alerts lacks column");
  }

  @Test
  void anOperatorWithoutUidFailsTheSubmission() throws Exception {
    StreamExecutionEnvironment env = environment();
    DetectJob job = DetectJob.build(env, plan("cobot", false), RuleHistory.NONE, false);
    job.finish(
        job.requests()
            .map(frame -> frame)
            .returns(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));

    assertThatThrownBy(env::getStreamGraph).hasMessageContaining("Auto generated UIDs");
  }

  private static List<StreamNode> graph(String plan) {
    StreamExecutionEnvironment env = environment();
    DetectJob job = DetectJob.build(env, plan, RuleHistory.NONE, false);
    if (job.requests() == null) {
      job.finish(null);
    } else {
      job.finish(
          job.requests()
              .map(frame -> frame)
              .returns(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)
              .uid("score")
              .name("score"));
    }
    return List.copyOf(env.getStreamGraph().getStreamNodes());
  }

  private static StreamExecutionEnvironment environment() {
    return StreamExecutionEnvironment.getExecutionEnvironment();
  }

  /** A golden plan, with a catalog of its own in which its tables exist, or without tables. */
  private String plan(String name, boolean tables) throws Exception {
    Path golden =
        Path.of(System.getProperty("tidegate.root", ".."), "tests/golden/" + name + ".plan.json");
    String plan = withEvents(Files.readString(golden));
    if (!tables) {
      ObjectNode document = (ObjectNode) JSON.readTree(plan);
      ((ObjectNode) document.path("sinks")).putNull("iceberg");
      return document.toString();
    }
    PlanDefinition definition = PlanDefinition.parse(plan);
    TestCatalog catalog = new TestCatalog(folder, name);
    catalog.create(Tables.MATCHES, "end_time");
    catalog.create(Tables.TIMEOUTS, "end_time");
    catalog.create(Tables.SCORES, "end_time");
    catalog.create(Tables.ALERTS, "end_time");
    catalog.create(Tables.DEAD_LETTERS, "record_time");
    catalog.create(Tables.lateEvents(new EventKeys(definition.streams())), "event_time");
    catalog.create(Tables.events(definition.streams()[0].type()), "_event_time");
    return in(plan, catalog);
  }

  private static String in(String plan, TestCatalog catalog) throws IOException {
    ObjectNode document = (ObjectNode) JSON.readTree(plan);
    ObjectNode iceberg = (ObjectNode) document.path("sinks").path("iceberg");
    iceberg.set("properties", JSON.valueToTree(catalog.properties()));
    return document.toString();
  }

  private static String withEvents(String plan) throws IOException {
    JsonNode document = JSON.readTree(plan);
    ((ObjectNode) document.path("streams").path(0)).put("store", true);
    return document.toString();
  }
}
