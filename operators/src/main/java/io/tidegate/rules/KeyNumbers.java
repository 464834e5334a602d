package io.tidegate.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.plan.PlanException;
import io.tidegate.plan.RuleCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The numbers of key expressions. A number is part of the keyed state, so it never changes its
 * meaning: an expression may come to cover one more stream, it never reads another field of one
 * that it covers.
 */
public final class KeyNumbers {
  /** Every key costs a copy of each event, so there are few. */
  static final int MOST = 64;

  private final List<String> texts;

  /** A key expression and its number. */
  record Numbered(int number, String text) {}

  KeyNumbers(List<String> texts) {
    this.texts = new ArrayList<>(texts);
  }

  List<String> texts() {
    return List.copyOf(texts);
  }

  String text(int number) {
    return texts.get(number);
  }

  /** The number that an expression has, or would have, and the expression under that number. */
  Numbered propose(String key) {
    JsonNode wanted = RuleCompiler.tree("key", key).path("streams");
    for (int i = 0; i < texts.size(); i++) {
      ObjectNode known = (ObjectNode) RuleCompiler.tree("key", texts.get(i));
      ObjectNode streams = (ObjectNode) known.path("streams");
      if (agree(streams, wanted)) {
        streams.setAll((ObjectNode) wanted);
        return new Numbered(i, known.toString());
      }
    }
    if (texts.size() >= MOST) {
      throw new PlanException("key", MOST + " different keys are known already");
    }
    return new Numbered(texts.size(), key);
  }

  /** Expressions that share a stream and agree on all that they share are one. */
  private static boolean agree(JsonNode known, JsonNode wanted) {
    boolean shared = false;
    for (Map.Entry<String, JsonNode> one : wanted.properties()) {
      JsonNode fields = known.get(one.getKey());
      if (fields != null && !fields.equals(one.getValue())) {
        return false;
      }
      shared |= fields != null;
    }
    return shared;
  }

  /**
   * The number under which known expressions give the same fields as one does, for all of its
   * streams.
   *
   * @param texts the known expressions by number
   * @param key the expression
   * @throws PlanException when there is none
   */
  public static int find(List<String> texts, String key) {
    JsonNode wanted = RuleCompiler.tree("key", key).path("streams");
    for (int i = 0; i < texts.size(); i++) {
      JsonNode known = RuleCompiler.tree("key", texts.get(i)).path("streams");
      if (covers(known, wanted)) {
        return i;
      }
    }
    throw new PlanException(
        "key " + wanted,
        "the restored state does not know it, and its keys are those of its rules; push a rule "
            + "with this key before, or start without state");
  }

  private static boolean covers(JsonNode known, JsonNode wanted) {
    for (Map.Entry<String, JsonNode> one : wanted.properties()) {
      if (!one.getValue().equals(known.get(one.getKey()))) {
        return false;
      }
    }
    return true;
  }

  /** All expressions if one were taken. */
  List<String> with(Numbered key) {
    List<String> all = new ArrayList<>(texts);
    put(all, key);
    return all;
  }

  void take(Numbered key) {
    put(texts, key);
  }

  private static void put(List<String> all, Numbered key) {
    if (key.number() == all.size()) {
      all.add(key.text());
    } else {
      all.set(key.number(), key.text());
    }
  }
}
