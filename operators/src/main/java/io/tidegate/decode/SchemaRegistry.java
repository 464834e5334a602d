package io.tidegate.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.event.DeadLetterReason;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Client of a schema registry that speaks Confluent's API: schemas by id, and the schemas that they
 * refer to.
 */
final class SchemaRegistry {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_REFERENCE_DEPTH = 20;

  private final HttpClient client;
  private final String base;
  private final String shown;
  private final String authorization;
  private final int attempts;
  private final Duration pause;

  /**
   * A client with five attempts a request, pausing 200 ms after the first failure and twice as long
   * after each further one.
   *
   * @param url the registry, {@code http(s)://[user:password@]host:port[/path]}
   * @throws IllegalArgumentException when that is no such URL
   */
  SchemaRegistry(String url) {
    this(url, 5, Duration.ofMillis(200));
  }

  SchemaRegistry(String url, int attempts, Duration pause) {
    URI uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    if (uri.getHost() == null || !("http".equals(uri.getScheme()) || isHttps(uri))) {
      throw new IllegalArgumentException(
          "'" + url + "' is no URL of a schema registry; expected http://host:port");
    }
    String user = uri.getUserInfo();
    this.shown =
        user == null ? uri.toString() : uri.toString().replace(uri.getRawUserInfo(), "***");
    this.base = user == null ? shown : shown.replace("***@", "");
    this.authorization =
        user == null
            ? null
            : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    this.attempts = attempts;
    this.pause = pause;
    this.client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  }

  private static boolean isHttps(URI uri) {
    return "https".equals(uri.getScheme());
  }

  /**
   * The schema of an id.
   *
   * @throws DecodeException with {@code unknown_schema} when the registry does not know the id,
   *     with {@code incompatible_schema} when it is no Avro schema
   * @throws SchemaRegistryException when the registry gives no answer, or no sensible one
   */
  Schema schema(int id) throws DecodeException, SchemaRegistryException {
    JsonNode answer = get("/schemas/ids/" + Integer.toUnsignedString(id));
    if (answer == null) {
      throw new DecodeException(
          DeadLetterReason.UNKNOWN_SCHEMA,
          "the registry " + shown + " knows no schema " + Integer.toUnsignedString(id));
    }
    Schema.Parser parser = new Schema.Parser();
    return parse(answer, "schema " + Integer.toUnsignedString(id), parser, 0);
  }

  private Schema parse(JsonNode answer, String what, Schema.Parser parser, int depth)
      throws DecodeException, SchemaRegistryException {
    String kind = answer.path("schemaType").asText("AVRO");
    if (!"AVRO".equals(kind) || depth > MAX_REFERENCE_DEPTH) {
      throw new DecodeException(
          DeadLetterReason.INCOMPATIBLE_SCHEMA,
          what + (depth > MAX_REFERENCE_DEPTH ? " refers too deep" : " is " + kind + ", not AVRO"));
    }
    for (JsonNode reference : answer.path("references")) {
      String name = reference.path("name").asText();
      if (parser.getTypes().containsKey(name)) {
        continue;
      }
      String subject = reference.path("subject").asText();
      String version = reference.path("version").asText();
      JsonNode referred =
          get(
              "/subjects/"
                  + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20")
                  + "/versions/"
                  + version);
      if (referred == null) {
        throw new DecodeException(
            DeadLetterReason.UNKNOWN_SCHEMA,
            what + " refers to " + subject + " version " + version + ", which is unknown");
      }
      parse(referred, subject, parser, depth + 1);
    }
    try {
      return parser.parse(answer.path("schema").asText());
    } catch (AvroRuntimeException e) {
      throw new DecodeException(
          DeadLetterReason.INCOMPATIBLE_SCHEMA, what + " cannot be parsed: " + e.getMessage());
    }
  }

  /** The answer as JSON, or null when the registry says that it has no such thing. */
  private JsonNode get(String path) throws SchemaRegistryException {
    IOException last = null;
    long wait = pause.toMillis();
    for (int attempt = 1; attempt <= attempts; attempt++) {
      try {
        HttpResponse<String> response =
            client.send(request(path), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() < 500 && response.statusCode() != 429) {
          return judge(response, path);
        }
        last = new IOException("status " + response.statusCode());
      } catch (SchemaRegistryException e) {
        throw e;
      } catch (IOException e) {
        last = e;
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      if (attempt < attempts) {
        pause(wait);
        wait *= 2;
      }
    }
    throw new SchemaRegistryException(
        "the schema registry "
            + shown
            + " gave no answer to "
            + path
            + " in "
            + attempts
            + " attempts ("
            + describe(last)
            + "); check that it runs and can be reached from the"
            + " workers",
        last);
  }

  private HttpRequest request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(5))
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request.build();
  }

  private JsonNode judge(HttpResponse<String> response, String path)
      throws SchemaRegistryException {
    JsonNode body;
    try {
      body = JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw strange(response, path, e);
    }
    if (response.statusCode() == 200 && body.path("schema").isTextual()) {
      return body;
    }
    // A registry names the error; a bare 404 comes from something that is no registry.
    if (response.statusCode() == 404 && body.path("error_code").isInt()) {
      return null;
    }
    throw strange(response, path, null);
  }

  private SchemaRegistryException strange(
      HttpResponse<String> response, String path, Exception cause) {
    String start = response.body().strip().replaceAll("\\s+", " ");
    return new SchemaRegistryException(
        "the schema registry "
            + shown
            + " answered "
            + path
            + " with status "
            + response.statusCode()
            + " and '"
            + start.substring(0, Math.min(120, start.length()))
            + "'; check the URL and the credentials",
        cause);
  }

  private static String describe(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private void pause(long milliseconds) throws SchemaRegistryException {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private SchemaRegistryException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new SchemaRegistryException("interrupted while asking the schema registry " + shown, e);
  }
}
