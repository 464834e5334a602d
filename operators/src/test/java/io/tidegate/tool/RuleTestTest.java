package io.tidegate.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The program behind {@code tidegate rules test}, asked as Python asks it. */
class RuleTestTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SMALL = charge("t1", 1_000, 2.0);
  private static final String BIG = charge("t2", 9_000, 1500.0);

  @Test
  void requestsAreAnsweredOneAfterTheOther() throws IOException {
    List<JsonNode> lines = ask(request(SMALL, BIG) + request(SMALL));
    List<JsonNode> first = answer(lines, 0);
    JsonNode match = only("match", first);
    assertThat(match.get("rule").asText()).isEqualTo("card_testing");
    assertThat(match.at("/events/0/0").asText()).isEqualTo("test_charge");
    assertThat(match.at("/events/1/1").asInt()).isEqualTo(1);
    List<JsonNode> second = answer(lines, first.size() + 1);
    assertThat(second).noneMatch(line -> line.has("match"));
    assertThat(second).anyMatch(line -> line.at("/near_miss/rule").asText().equals("card_testing"));
    assertThat(lines).hasSize(first.size() + second.size() + 2);
  }

  @Test
  void aRequestThatIsRefusedDoesNotSpoilTheNext() throws IOException {
    String refused = "{\"events\":1,\"close\":true,\"near_misses\":0}\n{\"format\":99}\n0\t{}\n";
    List<JsonNode> lines = ask(refused + request(SMALL, BIG));
    assertThat(lines.get(0).at("/refused/message").asText()).contains("format 99");
    assertThat(only("match", lines)).isNotNull();
  }

  @Test
  void whatIsNoEventIsADeadLetterWithItsReason() throws IOException {
    JsonNode dead = only("dead", ask(request(SMALL, "{\"transaction_id\":7}")));
    assertThat(dead.get("event").asInt()).isEqualTo(1);
    assertThat(dead.get("reason").asText()).isEqualTo("wrong_type");
  }

  @Test
  void aMatchHasItsWindowWhereTheRequestAsksForIt() throws IOException {
    ObjectNode windowed = (ObjectNode) read(plan());
    windowed.set(
        "window",
        read(
            "{\"name\":\"last\",\"stream\":\"transactions\",\"channels\":[\"amount\"],\"length\":2,"
                + "\"key\":0,\"history\":0,\"rules\":[\"*\"]}"));
    String header = "{\"events\":2,\"close\":true,\"near_misses\":0,\"windows\":true}\n";
    // They arrive the other way round.
    String events = "0\t" + BIG + "\n0\t" + charge("t1", 5_000, 2.0) + "\n";
    List<JsonNode> lines = ask(header + windowed + "\n" + events);
    JsonNode window = only("match", lines).get("window");
    assertThat(window.get("status").asText()).isEqualTo("ok");
    assertThat(window.get("first").asInt()).isEqualTo(1);
    assertThat(window.get("last").asInt()).isEqualTo(0);
    assertThat(floats(window.get("values"))).containsExactly(2.0f, 1500.0f);
    JsonNode samples = only("samples", lines);
    assertThat(samples.get("events").toString()).isEqualTo("[1,0]");
    assertThat(floats(samples.get("values"))).containsExactly(2.0f, 1500.0f);
    assertThat(only("match", ask(request(SMALL, BIG))).has("window")).isFalse();
  }

  private static float[] floats(JsonNode values) {
    byte[] bytes = Base64.getDecoder().decode(values.asText());
    float[] floats = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  @Test
  void aRequestThatBreaksOffIsAnError() {
    String broken = "{\"events\":2,\"close\":true,\"near_misses\":0}\n" + plan() + "\n0\t{}\n";
    assertThatThrownBy(() -> ask(broken)).isInstanceOf(EOFException.class);
  }

  private static String request(String... events) {
    StringBuilder text = new StringBuilder();
    text.append("{\"events\":")
        .append(events.length)
        .append(",\"close\":true,\"near_misses\":2}\n");
    text.append(plan()).append('\n');
    for (String event : events) {
      text.append("0\t").append(event).append('\n');
    }
    return text.toString();
  }

  /** The plan of the fraud pipeline, its events read from JSON. */
  private static String plan() {
    Path file = Path.of(System.getProperty("tidegate.root"), "tests", "golden", "fraud.plan.json");
    try {
      ObjectNode plan = (ObjectNode) JSON.readTree(Files.readString(file));
      ((ObjectNode) plan.at("/streams/0")).putObject("decoder").put("kind", "json");
      return plan.toString();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String charge(String id, long ts, double amount) {
    ObjectNode event = JSON.createObjectNode();
    for (JsonNode field : read(plan()).at("/streams/0/fields")) {
      String name = field.get("name").asText();
      switch (field.get("type").asText()) {
        case "string" -> event.put(name, "x");
        case "boolean" -> event.put(name, true);
        default -> event.put(name, 1);
      }
    }
    return event.put("transaction_id", id).put("ts", ts).put("amount", amount).toString();
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JsonNode> ask(String requests) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RuleTest.serve(new ByteArrayInputStream(requests.getBytes(StandardCharsets.UTF_8)), out);
    return out.toString(StandardCharsets.UTF_8).lines().map(RuleTestTest::read).toList();
  }

  /** The lines of one answer, from a place on, without the last. */
  private static List<JsonNode> answer(List<JsonNode> lines, int from) {
    List<JsonNode> answer = new ArrayList<>();
    for (int i = from; !lines.get(i).has("done"); i++) {
      answer.add(lines.get(i));
    }
    return answer;
  }

  private static JsonNode only(String kind, List<JsonNode> lines) {
    List<JsonNode> found = lines.stream().filter(line -> line.has(kind)).toList();
    assertThat(found).hasSize(1);
    return found.get(0).get(kind);
  }
}
