package io.tidegate.job;

import io.tidegate.operator.TopicLog;
import io.tidegate.plan.PlanDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The topic of beats. */
final class Heartbeat {
  // One key: a compacted topic keeps the last beat for ever, and no other is ever needed.
  private static final byte[] KEY = "beat".getBytes(StandardCharsets.US_ASCII);

  private Heartbeat() {}

  /** Event times up to which no event is on its way any more, epoch ms; null for no heartbeat. */
  static TopicLog<Long> log(PlanDefinition plan) {
    return plan.heartbeat() == null
        ? null
        : new KafkaLog<>(
            plan.kafka(),
            plan.heartbeat().topic(),
            new BeatParser(plan.heartbeat().lagMs(), Clock.systemUTC()));
  }

  /** Beats as decimal digits, all under one key. */
  static KafkaRecordSerializationSchema<Long> records(PlanDefinition plan) {
    String topic = plan.heartbeat().topic();
    return (beat, context, timestamp) ->
        new ProducerRecord<>(topic, KEY, Long.toString(beat).getBytes(StandardCharsets.US_ASCII));
  }
}
