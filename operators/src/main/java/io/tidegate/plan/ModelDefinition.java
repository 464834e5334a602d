package io.tidegate.plan;

import java.io.Serializable;
import java.util.List;

/**
 * The model that scores windows, and what becomes of the scores.
 *
 * @param name the model's name
 * @param version its version
 * @param path its folder
 * @param sha256 of its graph
 * @param threshold a score at or above it is an alert
 * @param batchSize windows scored together at most
 * @param batchIntervalMs longest wait for a batch to fill, ms
 * @param alertUnscored whether a match without a score raises an alert or is only recorded
 * @param outputs names of the model's outputs
 * @param domainsSha256 of its numbers of keys; empty where it has none
 */
public record ModelDefinition(
    String name,
    String version,
    String path,
    String sha256,
    double threshold,
    int batchSize,
    long batchIntervalMs,
    boolean alertUnscored,
    List<String> outputs,
    String domainsSha256)
    implements Serializable {
  /** Whether the scorer is told each window's key. */
  public boolean keyed() {
    return !domainsSha256.isEmpty();
  }

  static ModelDefinition of(PlanNode node) {
    String unscored = node.text("unscored");
    if (!unscored.equals("alert") && !unscored.equals("record")) {
      throw node.refuse("'unscored' is '" + unscored + "'; expected alert or record");
    }
    int batchSize = node.integer("batch_size");
    if (batchSize < 1) {
      throw node.refuse("'batch_size' is " + batchSize + "; expected at least 1");
    }
    return new ModelDefinition(
        node.text("name"),
        node.text("version"),
        node.text("path"),
        node.text("sha256"),
        node.number("threshold"),
        batchSize,
        node.duration("batch_interval_ms"),
        unscored.equals("alert"),
        node.texts("outputs"),
        node.has("domains") ? node.child("domains").text("sha256") : "");
  }
}
