package io.tidegate.plan;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * The tables that results are written to.
 *
 * @param catalog name of the catalog
 * @param properties its properties
 * @param namespace namespace of the tables
 * @param tables names of the tables that are written
 */
public record IcebergDefinition(
    String catalog, Map<String, String> properties, String namespace, List<String> tables)
    implements Serializable {
  static IcebergDefinition of(PlanNode node) {
    return new IcebergDefinition(
        node.text("catalog"),
        node.properties("properties"),
        node.text("namespace"),
        node.texts("tables"));
  }
}
