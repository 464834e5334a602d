package io.tidegate.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The plans that {@code rules/} and {@code pipelines/} compile to, and ways to damage them. */
final class Plans {
  static final ObjectMapper JSON = new ObjectMapper();

  private Plans() {}

  static String golden(String name) {
    Path file =
        Path.of(System.getProperty("tidegate.root"), "tests", "golden", name + ".plan.json");
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode tree(String name) {
    try {
      return (ObjectNode) JSON.readTree(golden(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fraud plan with the value at a JSON pointer replaced by other JSON. */
  static String fraudWith(String pointer, String json) {
    ObjectNode plan = tree("fraud");
    int split = pointer.lastIndexOf('/');
    JsonNode parent = plan.at(pointer.substring(0, split));
    String last = pointer.substring(split + 1);
    try {
      JsonNode value = JSON.readTree(json.replace('\'', '"'));
      if (parent instanceof ArrayNode array) {
        array.set(Integer.parseInt(last), value);
      } else {
        ((ObjectNode) parent).set(last, value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return plan.toString();
  }

  /** Pointers of every object member below a node, Avro schemas and topics' properties aside. */
  static List<String> members(JsonNode node, String pointer) {
    List<String> pointers = new ArrayList<>();
    if (node.isObject()) {
      node.properties()
          .forEach(
              member -> {
                String below = pointer + "/" + member.getKey();
                pointers.add(below);
                pointers.addAll(members(member.getValue(), below));
              });
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      pointers.addAll(members(node.get(i), pointer + "/" + i));
    }
    return pointers;
  }
}
