package io.tidegate.sink;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/** Text in Kafka headers. */
final class RecordHeaderText {
  private RecordHeaderText() {}

  static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A name as one segment of a URI's path. */
  static String uriPath(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
