package io.tidegate.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.EventTypeInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real SQLite catalog and Flink's own mini cluster. */
class IcebergTablesTest {
  @TempDir Path folder;
  private TestCatalog catalog;

  @BeforeEach
  void open() {
    catalog = new TestCatalog(folder, "cobot");
  }

  @Test
  void eightCommittersShareOneSqliteFileAndLoseNothing() throws Exception {
    int tables = 8;
    int letters = 200;
    IcebergTables iceberg = new IcebergTables("lake", catalog.properties(), "cobot");
    StreamExecutionEnvironment env = environment(Duration.ofMillis(100));
    DataStream<DeadLetter> records =
        env.fromSequence(0, letters - 1)
            .map(IcebergTablesTest::slowly)
            .returns(EventTypeInfo.deadLetters());
    for (int i = 0; i < tables; i++) {
      TableDefinition<DeadLetter> table =
          new TableDefinition<>("dead_" + i, Tables.DEAD_LETTERS.columns());
      catalog.create(table, "record_time");
      // With the source, which then begins when all writers are open.
      iceberg.appendChained(records, table);
    }

    env.execute();

    for (int i = 0; i < tables; i++) {
      Table table = catalog.table("dead_" + i);
      assertThat(offsets(table)).hasSize(letters);
      assertThat(table.currentSnapshot().summary()).containsKey("flink.job-id");
      // The point of the test: the committers really met each other, many times.
      assertThat(table.snapshots()).hasSizeGreaterThan(3);
    }
  }

  @Test
  void aTableThatIsMissingIsNamedBeforeTheJobStarts() throws Exception {
    catalog.create(new TableDefinition<>("other", Tables.DEAD_LETTERS.columns()), "record_time");
    DataStream<DeadLetter> records = one(environment(Duration.ofSeconds(1)));

    assertThatThrownBy(
            () ->
                new IcebergTables("lake", catalog.properties(), "cobot")
                    .append(records, Tables.DEAD_LETTERS))
        .isInstanceOf(NoSuchTableException.class)
        .hasMessageContaining("catalog lake has no table cobot.dead_letters");
  }

  @Test
  void aTableOfAnotherFormIsRefusedBeforeTheJobStarts() throws Exception {
    catalog.create(
        new TableDefinition<>(
            "dead_letters",
            Tables.DEAD_LETTERS.columns().stream()
                .filter(c -> !c.name().equals("reason"))
                .toList()),
        "record_time");
    DataStream<DeadLetter> records = one(environment(Duration.ofSeconds(1)));

    assertThatThrownBy(
            () ->
                new IcebergTables("lake", catalog.properties(), "cobot")
                    .append(records, Tables.DEAD_LETTERS))
        .isInstanceOf(TableMismatchException.class)
        .hasMessage("table dead_letters lacks column reason STRING");
  }

  @Test
  void sqliteWaitsForItsTurnUnlessToldOtherwise() {
    assertThat(IcebergTables.effective(Map.of("uri", "jdbc:sqlite:f")))
        .containsEntry("jdbc.busy_timeout", "60000");
    assertThat(IcebergTables.effective(Map.of("uri", "jdbc:sqlite:f", "jdbc.busy_timeout", "5")))
        .containsEntry("jdbc.busy_timeout", "5");
    assertThat(IcebergTables.effective(Map.of("uri", "jdbc:postgresql://h/d"))).hasSize(1);
  }

  private static DeadLetter slowly(long number) throws InterruptedException {
    Thread.sleep(10); // spreads the records over many checkpoints
    return letter(number);
  }

  private static DataStream<DeadLetter> one(StreamExecutionEnvironment env) {
    return env.fromData(letter(0)).returns(EventTypeInfo.deadLetters());
  }

  private static DeadLetter letter(long number) {
    return new DeadLetter(
        0,
        "s",
        DeadLetterReason.MALFORMED,
        "d",
        "t",
        0,
        number,
        86_400_000L * (number % 3),
        null,
        new byte[] {1},
        List.of());
  }

  private static StreamExecutionEnvironment environment(Duration interval) {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
    // A committer that is turned away fails the job, and the test with it.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    env.getConfig().enableObjectReuse();
    return env;
  }

  private static Set<Long> offsets(Table table) throws Exception {
    Set<Long> offsets = new HashSet<>();
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      for (Record row : rows) {
        assertThat(offsets.add((Long) row.getField("offset"))).isTrue();
      }
    }
    return offsets;
  }
}
