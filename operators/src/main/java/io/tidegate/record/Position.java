package io.tidegate.record;

import java.util.Objects;

/**
 * Where an event lies in the log. Provenance only: the same event may have another position in
 * another replay, so no id is made from it.
 *
 * @param topic Kafka topic, or the file's name in a backtest
 * @param partition partition of the topic
 * @param offset offset in the partition
 */
public record Position(String topic, int partition, long offset) {
  public Position {
    Objects.requireNonNull(topic, "topic");
  }

  @Override
  public String toString() {
    return topic + "[" + partition + "]@" + offset;
  }
}
