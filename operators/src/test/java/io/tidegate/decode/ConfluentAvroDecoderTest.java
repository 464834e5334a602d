package io.tidegate.decode;

import static io.tidegate.decode.AvroValues.field;
import static io.tidegate.decode.AvroValues.record;
import static io.tidegate.decode.AvroValues.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.DecoderSpec;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The wire format and the registry's API, over HTTP with a server that speaks it. */
class ConfluentAvroDecoderTest {
  private static final Field TS = new Field("ts", FieldType.TIMESTAMP, false);
  private static final Field ID = new Field("id", FieldType.STRING, false);
  private static final Schema SCHEMA = record(field("id", "\"string\""), field("ts", "\"long\""));

  private record Answer(int status, String body) {}

  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Queue<Answer> failures = new ArrayDeque<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private Instant now = Instant.EPOCH;
  private HttpServer server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    url = "http://localhost:" + server.getAddress().getPort();
    server.createContext(
        "/",
        exchange -> {
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          String path = exchange.getRequestURI().toString();
          asked.add(authorization == null ? path : authorization + " " + path);
          Answer failure = failures.poll();
          Answer answer =
              failure != null
                  ? failure
                  : answers.getOrDefault(
                      path, new Answer(404, "{\"error_code\":40403,\"message\":\"not found\"}"));
          byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Decoding decoding() {
    StreamDefinition stream = stream();
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    return new Decoding(
        stream,
        new ConfluentAvroDecoder(stream, new SchemaRegistry(url, 3, Duration.ofMillis(1)), clock));
  }

  private StreamDefinition stream() {
    return Decoding.stream(List.of("id"), TS, ID).decoder(DecoderSpec.confluentAvro(url)).build();
  }

  private void register(int id, String schema) {
    answers.put("/schemas/ids/" + id, new Answer(200, json(Map.of("schema", schema))));
  }

  private static String json(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] value(int magic, int id, byte[] record) {
    return ByteBuffer.allocate(5 + record.length).put((byte) magic).putInt(id).put(record).array();
  }

  private static byte[] good(int id) {
    return value(0, id, write(SCHEMA, Map.of("id", "r", "ts", 5L)));
  }

  @Test
  void aSchemaIsFetchedOnceAnId() {
    register(1, SCHEMA.toString());
    register(70_000, record(field("ts", "\"int\""), field("id", "\"string\"")).toString());
    Decoding decoding = decoding();

    for (int i = 0; i < 3; i++) {
      assertThat(decoding.event(good(1)).value(1)).isEqualTo("r");
      byte[] other =
          value(
              0,
              70_000,
              write(
                  record(field("ts", "\"int\""), field("id", "\"string\"")),
                  Map.of("id", "q", "ts", 6)));
      assertThat(decoding.event(other).timestamp).isEqualTo(6);
    }

    assertThat(asked).containsExactly("/schemas/ids/1", "/schemas/ids/70000");
  }

  @Test
  void theDefaultClientReadsTheSame() {
    register(1, SCHEMA.toString());

    assertThat(new Decoding(stream()).event(good(1)).value(1)).isEqualTo("r");
  }

  @Test
  void brokenPrefixesAreRefusedWithoutAskingTheRegistry() {
    Decoding decoding = decoding();

    decoding.assertRefused(
        value(7, 1, new byte[9]), DeadLetterReason.BAD_MAGIC_BYTE, "the first byte is 7");
    decoding.assertRefused(
        new byte[] {0, 0, 1}, DeadLetterReason.MALFORMED, "the value has 3 bytes");
    assertThat(asked).isEmpty();
  }

  @Test
  void anUnknownIdIsADeadLetterUntilItIsRegistered() {
    Decoding decoding = decoding();

    decoding.assertRefused(good(-1), DeadLetterReason.UNKNOWN_SCHEMA, "no schema 4294967295");
    decoding.assertRefused(good(5), DeadLetterReason.UNKNOWN_SCHEMA, "knows no schema 5");
    decoding.assertRefused(good(5), DeadLetterReason.UNKNOWN_SCHEMA, "knows no schema 5");
    assertThat(asked).containsExactly("/schemas/ids/4294967295", "/schemas/ids/5");

    register(5, SCHEMA.toString());
    now = now.plus(Duration.ofMinutes(2));
    assertThat(decoding.event(good(5)).value(1)).isEqualTo("r");
  }

  @Test
  void schemasThatDoNotFitAreDeadLettersAndAskedForOnce() {
    register(1, record(field("ts", "\"long\"")).toString());
    register(2, "\"string\"");
    register(3, "{\"type\":\"rec");
    answers.put(
        "/schemas/ids/4",
        new Answer(200, json(Map.of("schemaType", "PROTOBUF", "schema", "message A {}"))));
    Decoding decoding = decoding();

    for (int i = 0; i < 2; i++) {
      decoding.assertRefused(
          good(1), DeadLetterReason.INCOMPATIBLE_SCHEMA, "schema 'R' has no field 'id'");
      decoding.assertRefused(good(2), DeadLetterReason.NOT_A_RECORD, "is STRING, not a record");
      decoding.assertRefused(
          good(3), DeadLetterReason.INCOMPATIBLE_SCHEMA, "schema 3 cannot be parsed");
      decoding.assertRefused(
          good(4), DeadLetterReason.INCOMPATIBLE_SCHEMA, "schema 4 is PROTOBUF, not AVRO");
    }
    assertThat(asked).hasSize(4);
  }

  @Test
  void brokenRecordsOfAKnownSchemaAreDeadLetters() {
    register(1, SCHEMA.toString());
    Decoding decoding = decoding();

    decoding.assertRefused(
        value(0, 1, new byte[] {2}),
        DeadLetterReason.MALFORMED,
        "ends (6 bytes) within field 'id'");
    decoding.assertRefused(
        value(0, 1, new byte[] {2, 'r', 2, 2}), DeadLetterReason.TRAILING_BYTES, "bytes are left");
    assertThat(decoding.event(good(1)).value(1)).isEqualTo("r");
  }

  @Test
  void schemasMayReferToOthers() {
    String place =
        "{\"type\":\"record\",\"name\":\"Place\",\"fields\":[" + field("n", "\"int\"") + "]}";
    String whole =
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + String.join(
                ",", field("p", "\"Place\""), field("id", "\"string\""), field("ts", "\"long\""))
            + "]}";
    answers.put(
        "/schemas/ids/9",
        new Answer(
            200,
            json(
                Map.of(
                    "schema",
                    whole,
                    "references",
                    List.of(Map.of("name", "Place", "subject", "a place/x", "version", 3))))));
    answers.put(
        "/subjects/a%20place%2Fx/versions/3", new Answer(200, json(Map.of("schema", place))));
    byte[] record = {84, 2, 'r', 10};

    assertThat(decoding().event(value(0, 9, record)).timestamp).isEqualTo(5);
  }

  @Test
  void aRegistryThatRecoversCostsNoEvent() {
    register(1, SCHEMA.toString());
    failures.add(new Answer(503, "busy"));
    failures.add(new Answer(500, "busy"));

    assertThat(decoding().event(good(1)).value(1)).isEqualTo("r");
    assertThat(asked).hasSize(3);
  }

  @Test
  void aRegistryOutOfReachFailsTheJobAndMakesNoDeadLetter() {
    Decoding decoding = decoding();
    server.stop(0);

    assertThatThrownBy(() -> decoding.decode(good(1)))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("the schema registry " + url + " gave no answer to /schemas/ids/1")
        .hasMessageContaining("in 3 attempts");
  }

  @Test
  void whatIsNoRegistryFailsTheJobAndMakesNoDeadLetter() {
    answers.put("/schemas/ids/1", new Answer(404, "<html>no such page</html>"));
    answers.put("/schemas/ids/2", new Answer(401, "{\"error_code\":401}"));
    answers.put("/schemas/ids/3", new Answer(404, "{\"detail\":\"gone\"}"));

    for (int id = 1; id <= 3; id++) {
      int asking = id;
      assertThatThrownBy(() -> decoding().decode(good(asking)))
          .isInstanceOf(SchemaRegistryException.class)
          .hasMessageContaining("answered /schemas/ids/" + id + " with status 40")
          .hasMessageContaining("check the URL and the credentials");
    }
  }

  @Test
  void credentialsAreSentAndNotShown() throws Exception {
    SchemaRegistry registry =
        new SchemaRegistry(url.replace("http://", "http://me:secret@"), 1, Duration.ZERO);
    register(1, SCHEMA.toString());

    assertThat(registry.schema(1)).isEqualTo(SCHEMA);
    assertThat(asked).containsExactly("Basic bWU6c2VjcmV0 /schemas/ids/1");
    assertThatThrownBy(() -> registry.schema(2))
        .hasMessageContaining("http://***@localhost")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void aUrlThatIsNoneIsRefusedAtOnce() {
    assertThatThrownBy(() -> new SchemaRegistry("localhost:8081"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'localhost:8081' is no URL of a schema registry");
  }
}
