package io.tidegate.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerProbeTest {
  @TempDir Path folder;

  @Test
  @SuppressWarnings("try") // close() may be interrupted, and then the test ends
  void everySlotAnswersOnceAndNamesWhatIsMissing() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(3);

    List<JsonNode> answers = new ArrayList<>();
    try (CloseableIterator<String> found =
        WorkerProbe.attach(
                env, List.of("java.util.List", "no.such.Type"), "localhost:1", folder.toUri() + "w")
            .executeAndCollect()) {
      while (found.hasNext()) {
        answers.add(new ObjectMapper().readTree(found.next()));
      }
    }

    assertThat(answers).hasSize(3);
    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(answer.get("missing").toString())
                    .isEqualTo(
                        "[\"class no.such.Type is not on the TaskManager's class path\","
                            + "\"broker localhost:1 cannot be reached: Connection refused\"]"));
  }

  @Test
  void oneBrokerThatListensIsEnough() throws Exception {
    try (ServerSocket listening = new ServerSocket(0)) {
      String address = "localhost:" + listening.getLocalPort();

      assertThat(WorkerProbe.unreachable("localhost:1," + address)).isNull();
    }
    assertThat(WorkerProbe.unreachable("nonsense")).startsWith("broker nonsense cannot be reached");
  }

  @Test
  void aWarehouseBelowAFileCannotBeWritten() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(WorkerProbe.unwritable(file.toUri() + "/warehouse"))
        .isEqualTo("warehouse " + file + "/warehouse cannot be written: " + file + " is no folder");
    assertThat(WorkerProbe.unwritable(folder.toUri() + "new/warehouse")).isNull();
    assertThat(WorkerProbe.unwritable("s3://bucket/lake")).isNull();
    assertThat(WorkerProbe.unwritable(null)).isNull();
  }
}
