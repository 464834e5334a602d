package io.tidegate.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSinksTest {
  @Test
  void exactlyOnceWithoutCheckpointsIsRefused() {
    assertThatThrownBy(() -> exactlyOnce(Duration.ZERO, Map.of()))
        .hasMessageContaining("exactly_once needs checkpoints");
  }

  @Test
  void aTransactionThatWouldNotOutliveACheckpointIsRefused() {
    assertThatThrownBy(
            () -> exactlyOnce(Duration.ofSeconds(30), Map.of("transaction.timeout.ms", "30000")))
        .hasMessageContaining("transaction.timeout.ms is 30000 ms")
        .hasMessageContaining("30000 ms: every transaction would be lost");
  }

  @Test
  void aTimeoutThatIsNoNumberIsNamed() {
    assertThatThrownBy(
            () -> exactlyOnce(Duration.ofSeconds(30), Map.of("transaction.timeout.ms", "1m")))
        .hasMessageContaining("transaction.timeout.ms is 1m, expected milliseconds");
  }

  @Test
  void theDefaultTimeoutSuitsACheckpointEachMinute() {
    assertThat(exactlyOnce(Duration.ofMinutes(1), Map.of())).isNotNull();
  }

  @Test
  void atLeastOnceNeedsNoCheckpoints() {
    KafkaSinks sinks = new KafkaSinks("h:1", "p", Map.of(), Duration.ZERO);

    assertThat(sinks.sink("dead", new DeadLetterKafkaSerializer("dead"), false)).isNotNull();
  }

  private static Object exactlyOnce(Duration interval, Map<String, String> properties) {
    return new KafkaSinks("h:1", "p", properties, interval)
        .sink("alerts", new DeadLetterKafkaSerializer("t"), true);
  }
}
