package io.tidegate.sink;

import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.FlinkSchemaUtil;

/** A real SQLite catalog in a folder, with tables made from definitions. */
public final class TestCatalog {
  private final Path folder;
  private final Namespace namespace;

  /** A catalog in a folder, for the tables of one namespace. */
  public TestCatalog(Path folder, String namespace) {
    this.folder = folder;
    this.namespace = Namespace.of(namespace);
  }

  /** The catalog's properties, as a plan holds them. */
  public Map<String, String> properties() {
    return Map.of(
        "catalog-impl", "org.apache.iceberg.jdbc.JdbcCatalog",
        "uri", "jdbc:sqlite:" + folder.resolve("catalog.db"),
        "jdbc.schema-version", "V1",
        "clients", "1",
        "warehouse", folder.resolve("warehouse").toUri().toString());
  }

  /** Creates a table, partitioned by the day of a column. */
  public void create(TableDefinition<?> table, String day) throws Exception {
    Catalog catalog = load();
    try {
      SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
      if (!namespaces.namespaceExists(namespace)) {
        namespaces.createNamespace(namespace);
      }
      RowType rowType = table.rowType();
      Schema schema = FlinkSchemaUtil.convert(FlinkSchemaUtil.toResolvedSchema(rowType));
      catalog.createTable(
          TableIdentifier.of(namespace, table.name()),
          schema,
          PartitionSpec.builderFor(schema).day(day).build());
    } finally {
      ((AutoCloseable) catalog).close();
    }
  }

  /** A table. */
  public Table table(String name) {
    return load().loadTable(TableIdentifier.of(namespace, name));
  }

  private Catalog load() {
    return CatalogLoader.custom(
            "lake",
            properties(),
            new org.apache.hadoop.conf.Configuration(),
            "org.apache.iceberg.jdbc.JdbcCatalog")
        .loadCatalog();
  }
}
