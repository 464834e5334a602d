package io.tidegate.decode;

import io.tidegate.event.DeadLetter;
import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.Decoded;
import io.tidegate.event.EventTypeInfo;
import io.tidegate.event.StreamDefinition;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;

/**
 * Makes of each Kafka record an event or a dead letter, never nothing and never both.
 *
 * <p>"Too far in the future" is judged against the broker's append time where the topic keeps it,
 * so that a replay of old records judges as the first reading did; else against the wall clock.
 */
public final class KafkaEventDeserializer implements KafkaRecordDeserializationSchema<Decoded> {
  private static final long serialVersionUID = 1L;

  private final StreamDefinition[] streams;
  private final StreamDefinition stream;
  private final Clock clock;
  private transient ValueDecoder decoder;
  private transient EventAssembler assembler;

  /**
   * A deserializer of one stream's records.
   *
   * @param streams all streams of the plan
   * @param stream index of the one
   */
  public KafkaEventDeserializer(StreamDefinition[] streams, int stream) {
    this(streams, stream, Clock.systemUTC());
  }

  KafkaEventDeserializer(StreamDefinition[] streams, int stream, Clock clock) {
    this.streams = streams.clone();
    this.stream = streams[stream];
    this.clock = Objects.requireNonNull(clock, "clock");
    if (this.stream.index() != stream) {
      throw new IllegalArgumentException(
          this.stream + " has index " + this.stream.index() + " and is at " + stream);
    }
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    decoder = Decoders.of(stream);
    assembler = new EventAssembler(stream);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Decoded> out)
      throws IOException {
    Decoded decoded;
    try {
      decoded = decode(record);
    } catch (DecodeException e) {
      decoded = deadLetter(record, e);
    } catch (IOException e) {
      throw new IOException(
          stream
              + " at "
              + record.topic()
              + "["
              + record.partition()
              + "]@"
              + record.offset()
              + ": "
              + e.getMessage(),
          e);
    }
    out.collect(decoded);
  }

  private Decoded decode(ConsumerRecord<byte[], byte[]> record)
      throws DecodeException, IOException {
    byte[] value = record.value();
    if (value == null) {
      throw new DecodeException(
          DeadLetterReason.NULL_VALUE, "the record has no value (a tombstone)");
    }
    if (value.length == 0) {
      throw new DecodeException(DeadLetterReason.EMPTY_VALUE, "the record's value has no bytes");
    }
    decoder.decode(value, assembler);
    long now =
        record.timestampType() == TimestampType.LOG_APPEND_TIME
            ? record.timestamp()
            : clock.millis();
    return assembler.event(topicIndex(record.topic()), record.partition(), record.offset(), now);
  }

  private int topicIndex(String topic) {
    int index = stream.topics().indexOf(topic);
    if (index < 0) {
      throw new IllegalStateException(stream + " got a record of topic '" + topic + "'");
    }
    return index;
  }

  private DeadLetter deadLetter(ConsumerRecord<byte[], byte[]> record, DecodeException refusal) {
    List<DeadLetter.Header> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new DeadLetter.Header(header.key(), header.value()));
    }
    return new DeadLetter(
        stream.index(),
        stream.name(),
        refusal.reason(),
        refusal.getMessage(),
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        List.copyOf(headers));
  }

  @Override
  public TypeInformation<Decoded> getProducedType() {
    return EventTypeInfo.decoded(streams);
  }
}
