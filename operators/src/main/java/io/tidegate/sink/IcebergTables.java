package io.tidegate.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DistributionMode;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.flink.sink.IcebergSink;

/** The Iceberg tables of one pipeline: appends streams of records to them. */
public final class IcebergTables {
  /** How long a committer waits for the others on one SQLite file, ms. */
  static final String SQLITE_BUSY_TIMEOUT_MS = "60000";

  private final CatalogLoader catalog;
  private final String catalogName;
  private final String namespace;

  /**
   * Tables of a namespace.
   *
   * @param catalog the catalog's name, the same for every reader and writer
   * @param properties Iceberg's catalog properties, {@code catalog-impl} among them
   * @param namespace the pipeline's namespace
   */
  public IcebergTables(String catalog, Map<String, String> properties, String namespace) {
    this.catalogName = Objects.requireNonNull(catalog, "catalog");
    this.namespace = Objects.requireNonNull(namespace, "namespace");
    String implementation = properties.get("catalog-impl");
    if (implementation == null) {
      throw new IllegalArgumentException(
          "catalog " + catalog + " has no property catalog-impl; it has " + properties.keySet());
    }
    this.catalog =
        CatalogLoader.custom(catalog, effective(properties), new Configuration(), implementation);
  }

  /** The properties, and for SQLite, which has one writer at a time, the wait for a turn. */
  static Map<String, String> effective(Map<String, String> properties) {
    Map<String, String> effective = new LinkedHashMap<>(properties);
    if (properties.getOrDefault("uri", "").startsWith("jdbc:sqlite:")) {
      effective.putIfAbsent("jdbc.busy_timeout", SQLITE_BUSY_TIMEOUT_MS);
      effective.putIfAbsent("clients", "1");
    }
    return effective;
  }

  /**
   * Appends records to a table, in a task of its own: who makes the records does not wait while
   * files are closed at a checkpoint.
   *
   * @param records what to append
   * @param definition the table as the job writes it
   * @param <T> the record
   * @throws TableMismatchException when the table is not of that form
   * @throws NoSuchTableException when there is no such table
   */
  public <T> void append(DataStream<T> records, TableDefinition<T> definition) {
    write(records, definition, true);
  }

  /**
   * Appends records to a table as {@link #append} does, in the task that makes them, which saves
   * handing them over.
   */
  public <T> void appendChained(DataStream<T> records, TableDefinition<T> definition) {
    write(records, definition, false);
  }

  private <T> void write(DataStream<T> records, TableDefinition<T> definition, boolean ownTask) {
    TableLoader loader =
        TableLoader.fromCatalog(catalog, TableIdentifier.of(namespace, definition.name()));
    Table table = load(loader, definition.name());
    RowType rowType = FlinkSchemaUtil.convert(table.schema());
    SingleOutputStreamOperator<RowData> rows =
        records
            .map(definition.bind(rowType))
            .returns(InternalTypeInfo.of(rowType))
            .uid("rows-" + definition.name())
            .name(definition.name() + " rows");
    if (ownTask) {
      rows.startNewChain();
    }
    IcebergSink.forRowData(rows)
        .table(table)
        .tableLoader(loader)
        .uidSuffix(definition.name())
        // Days hardly interleave within one checkpoint, so a shuffle would cost more than it saves.
        .distributionMode(DistributionMode.NONE)
        .append();
  }

  private Table load(TableLoader loader, String name) {
    try (loader) {
      loader.open();
      return loader.loadTable();
    } catch (NoSuchTableException e) {
      throw new NoSuchTableException(
          e,
          "catalog %s has no table %s.%s; it is created at submission",
          catalogName,
          namespace,
          name);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "table " + namespace + "." + name + " of catalog " + catalogName, e);
    }
  }
}
