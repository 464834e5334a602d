package io.tidegate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.plan.RuleCompiler;
import io.tidegate.rules.RuleChange.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the rules log may hold, over the rules of the fraud pipeline. */
class RuleRegistryTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN =
      Path.of(System.getProperty("tidegate.root", ".."), "tests/golden/fraud.plan.json");

  private String plan;
  private RuleRegistry registry;
  private int offset;

  @BeforeEach
  void read() throws Exception {
    plan = Files.readString(GOLDEN);
    registry = new RuleRegistry(new RuleCompiler(plan));
  }

  private ObjectNode push(String id, int version, Consumer<ObjectNode> change) throws Exception {
    ObjectNode definition = (ObjectNode) JSON.readTree(plan).path("rules").path(1);
    definition.put("id", id).put("version", version).put("fingerprint", "f" + version);
    change.accept(definition);
    ObjectNode record = record("push", id).put("version", version);
    record.put("fingerprint", definition.path("fingerprint").asText());
    record.set("definition", definition);
    record.set("key", JSON.readTree(plan).path("keys").path(0));
    return record;
  }

  private ObjectNode record(String operation, String id) {
    return JSON.createObjectNode()
        .put("format", 1)
        .put("op", operation)
        .put("request", "request-" + offset)
        .put("rule", id);
  }

  private RuleChange read(JsonNode record) throws RefusedChangeException {
    return readText(record.toString());
  }

  private RuleChange readText(String text) throws RefusedChangeException {
    return registry.read(new LogRecord(offset++, text.getBytes(StandardCharsets.UTF_8)));
  }

  private void refused(JsonNode record, String reason) {
    refused(record.toString(), reason);
  }

  private void refused(String record, String reason) {
    assertThatThrownBy(() -> readText(record))
        .isInstanceOf(RefusedChangeException.class)
        .hasMessageContaining(reason)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private static ObjectNode pattern(ObjectNode definition) {
    return (ObjectNode) definition.path("pattern");
  }

  @Test
  void aPushGetsTheNumberOfItsKey() throws Exception {
    RuleChange known = read(push("fresh", 1, d -> {}));
    ObjectNode other = push("by_customer", 1, d -> {});
    ((ObjectNode) other.path("key").path("streams")).putArray("transactions").add("customer_id");
    // A key field that may be null must be among those of the stream.
    RuleChange customer = read(other);

    assertThat(known.operation()).isEqualTo(Operation.PUSH);
    assertThat(known.keyNumber()).isZero();
    assertThat(customer.keyNumber()).isEqualTo(1);
    assertThat(JSON.readTree(customer.definition()).path("key").asInt()).isEqualTo(1);
  }

  @Test
  void aRepeatedRequestIsTheSameChange() throws Exception {
    ObjectNode record = push("fresh", 1, d -> {});

    assertThat(read(record)).isNotNull();
    assertThat(read(record)).isNull();
  }

  @Test
  void aRecordThatIsReadAgainIsTheSameChangeWhateverCameBehindIt() throws Exception {
    LogRecord first =
        new LogRecord(0, push("fresh", 1, d -> {}).toString().getBytes(StandardCharsets.UTF_8));
    offset = 1;
    ObjectNode other = push("by_customer", 1, d -> {});
    ((ObjectNode) other.path("key").path("streams")).putArray("transactions").add("customer_id");
    RuleChange before = registry.read(first);
    read(other);

    assertThat(registry.read(first)).isEqualTo(before);
  }

  @Test
  void whatIsNoRecordIsRefusedInOneLine() throws Exception {
    refused("{", "record: not JSON");
    refused("", "record: expected a JSON object of format 1");
    refused("[1]", "expected a JSON object of format 1");
    refused("{\"format\":1}", "'request' is missing");
    refused("[".repeat(5_000), "not JSON");
    refused("\"" + "x".repeat(RuleRegistry.LONGEST_RECORD) + "\"", "at most 262144 are read");
    refused(record("drop", "velocity"), "'op' is none of [push, remove, set, quarantine]");
    refused(record("remove", "a\nb"), "'rule' is missing or no name");
    refused(record("push", "velocity"), "a push needs 'version' from 1 and 'fingerprint'");
    refused(record("remove", "velocity").put("event_time", "soon"), "'event_time' is no time");
    refused(record("remove", "nobody"), "rule nobody: there is no such rule");
    refused(record("set", "velocity"), "a set needs 'parameters'");
  }

  @Test
  void aRuleThatDoesNotFitTheStreamsIsRefused() throws Exception {
    refused(
        push("bad", 1, d -> d.put("key", 0).putNull("pattern")),
        "rule bad, pattern: expected an object, found null");
    ObjectNode stream =
        push(
            "bad",
            1,
            d ->
                ((ObjectNode) pattern(d).path("stages").path(0))
                    .putArray("streams")
                    .add("elsewhere"));
    refused(stream, "there is no stream 'elsewhere'");
    ObjectNode key = push("bad", 1, d -> {});
    ((ObjectNode) key.path("key").path("streams")).putArray("transactions").add("nothing");
    refused(key, "stream 'transactions' has no field 'nothing'");
    ObjectNode differs = push("bad", 1, d -> {});
    refused(differs.put("version", 2), "differ from the definition's");
  }

  @Test
  void aPatternThatWouldFillTheMemoryIsRefused() throws Exception {
    refused(
        push(
            "huge",
            1,
            d ->
                ((ObjectNode) pattern(d).path("stages").path(0).path("times"))
                    .put("min", 1)
                    .put("max", 2_000_000_000)),
        "unrolls to more than 10000 states");
  }

  @Test
  void oneVersionHasOneStructure() throws Exception {
    read(push("fresh", 1, d -> {}));
    // Its text may change.
    read(push("fresh", 1, d -> d.put("severity", "low")).put("request", "again"));
    refused(
        push("fresh", 1, d -> pattern(d.put("fingerprint", "other")).put("within_ms", 5)),
        "this version was pushed with another structure");
    refused(
        push("fresh", 2, d -> pattern(d.put("fingerprint", "f1")).put("within_ms", 5)),
        "its fingerprint belongs to another structure");
    read(push("fresh", 2, d -> pattern(d).put("within_ms", 5)).put("request", "second"));
    // Back to what version 1 was.
    assertThat(read(push("fresh", 1, d -> {}).put("request", "back"))).isNotNull();
  }

  @Test
  void theVersionsOfThePipelinesFilesCount() throws Exception {
    ObjectNode definition = (ObjectNode) JSON.readTree(plan).path("rules").path(2);
    ObjectNode same =
        push(
            "velocity",
            1,
            d -> {
              d.setAll(definition);
            });

    assertThat(read(same)).isNotNull();
    refused(push("velocity", 1, d -> {}), "this version was pushed with another structure");
  }

  @Test
  void finishingNeedsATimeLimit() throws Exception {
    refused(
        push("fresh", 1, d -> pattern(d.put("on_change", "finish")).putNull("within_ms")),
        "on_change: finish needs a within");
  }

  /** The stamper may refuse a removal, so it changes nothing here. */
  @Test
  void aRemovedRuleStaysKnown() throws Exception {
    read(push("fresh", 1, d -> {}));
    read(record("remove", "fresh"));
    assertThat(read(record("remove", "fresh")).version()).isEqualTo(1);
    assertThat(read(push("fresh", 1, d -> {}))).isNotNull();
  }

  @Test
  void aRequestOfTheJobItselfIsReadFromTheLogOnce() throws Exception {
    RuleChange asked = RuleChange.quarantine("q", "velocity", 1, "f", "too many", 7);

    RuleChange found = readText(asked.toLogRecord(0));
    assertThat(found.operation()).isEqualTo(Operation.QUARANTINE);
    assertThat(found.reason()).isEqualTo("too many");
    assertThat(found.since()).isEqualTo(7);
    assertThat(readText(asked.toLogRecord(1))).isNull();
  }

  @Test
  void whatIsKnownSurvivesARestore() throws Exception {
    ObjectNode customer = push("by_customer", 1, d -> {});
    ((ObjectNode) customer.path("key").path("streams")).putArray("transactions").add("customer_id");
    read(customer);
    registry = new RuleRegistry(new RuleCompiler(plan), registry.snapshot());

    assertThat(read(customer)).isNull();
    ObjectNode again = push("another", 1, d -> {});
    ((ObjectNode) again.path("key").path("streams")).putArray("transactions").add("customer_id");
    assertThat(read(again).keyNumber()).isEqualTo(1);
    refused(
        push("by_customer", 1, d -> pattern(d).put("within_ms", 5)),
        "this version was pushed with another structure");
  }
}
