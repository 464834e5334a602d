package io.tidegate.decode;

import io.tidegate.event.DecoderSpec;
import io.tidegate.event.Event;
import io.tidegate.event.EventJson;
import io.tidegate.event.EventSerializer;
import io.tidegate.event.EventTimeUnit;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Events a second that one core decodes and serializes, on card transactions of about 110 bytes.
 *
 * <p>Prints the median of seven rounds after warming up, by the time that the thread had a core, so
 * that other load counts little. Run: {@code java -cp ... io.tidegate.decode.DecoderBenchmark
 * [avro|json|serializer]...}
 */
public final class DecoderBenchmark {
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
  private static final int EVENTS = 10_000;
  private static final int PASSES = 40;
  private static final int ROUNDS = 10;

  private static final String SCHEMA =
      """
      {"type": "record", "name": "Transaction", "fields": [
        {"name": "transaction_id", "type": "string"},
        {"name": "card_number", "type": "string"},
        {"name": "customer_id", "type": "string"},
        {"name": "amount", "type": "double"},
        {"name": "location", "type": "string"},
        {"name": "merchant_category", "type": ["null", "string"]},
        {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
      """;

  private static final EventType TYPE =
      EventType.of(
          "transactions",
          new Field("transaction_id", FieldType.STRING, false),
          new Field("card_number", FieldType.STRING, false),
          new Field("customer_id", FieldType.STRING, false),
          new Field("amount", FieldType.DOUBLE, false),
          new Field("location", FieldType.STRING, false),
          new Field("merchant_category", FieldType.STRING, true),
          new Field("ts", FieldType.TIMESTAMP, false));

  private DecoderBenchmark() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    List<String> cases = args.length == 0 ? List.of("avro", "json", "serializer") : List.of(args);
    byte[][] avro = avroValues();
    for (String name : cases) {
      switch (name) {
        case "avro" -> run(name, avro, DecoderSpec.avro(SCHEMA));
        case "json" -> run(name, jsonValues(avro), DecoderSpec.json());
        case "serializer" -> serializer(avro);
        default -> throw new IllegalArgumentException("no case '" + name + "'");
      }
    }
  }

  private interface Pass {
    long run() throws Exception;
  }

  private static void run(String name, byte[][] values, DecoderSpec decoder) throws Exception {
    StreamDefinition stream = stream(decoder);
    ValueDecoder reader = Decoders.of(stream);
    EventAssembler assembler = new EventAssembler(stream);
    measure(
        name,
        mean(values),
        () -> {
          long check = 0;
          for (byte[] value : values) {
            reader.decode(value, assembler);
            check += assembler.event(0, 0, 0, Long.MAX_VALUE).timestamp;
          }
          return check;
        });
  }

  private static void serializer(byte[][] avro) throws Exception {
    StreamDefinition stream = stream(DecoderSpec.avro(SCHEMA));
    Event[] events = events(avro, stream);
    EventSerializer serializer = new EventSerializer(new StreamDefinition[] {stream});
    DataOutputSerializer out = new DataOutputSerializer(1024);
    DataInputDeserializer in = new DataInputDeserializer();
    long bytes = 0;
    for (Event event : events) {
      serializer.serialize(event, out);
    }
    bytes = out.length();
    measure(
        "serializer: write and read",
        (double) bytes / events.length,
        () -> {
          long check = 0;
          for (Event event : events) {
            out.clear();
            serializer.serialize(event, out);
            in.setBuffer(out.getSharedBuffer(), 0, out.length());
            check += serializer.deserialize(in).timestamp;
          }
          return check;
        });
  }

  private static void measure(String name, double bytes, Pass pass) throws Exception {
    double[] rates = new double[ROUNDS];
    long check = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long begun = CPU.getCurrentThreadCpuTime();
      for (int i = 0; i < PASSES; i++) {
        check += pass.run();
      }
      rates[round] = (double) PASSES * EVENTS / (CPU.getCurrentThreadCpuTime() - begun) * 1e3;
    }
    double[] warm = Arrays.copyOfRange(rates, 3, ROUNDS);
    Arrays.sort(warm);
    System.out.printf(
        "%-28s %5.1f bytes  %5.2f M events/s  (%.2f to %.2f; check %d)%n",
        name, bytes, warm[warm.length / 2], warm[0], warm[warm.length - 1], check);
  }

  private static StreamDefinition stream(DecoderSpec decoder) {
    return StreamDefinition.builder(0, TYPE)
        .decoder(decoder)
        .eventTime("ts", EventTimeUnit.MILLISECONDS)
        .key(List.of("card_number"))
        .maxFutureMs(60_000)
        .build();
  }

  private static Event[] events(byte[][] avro, StreamDefinition stream) throws Exception {
    ValueDecoder reader = Decoders.of(stream);
    EventAssembler assembler = new EventAssembler(stream);
    Event[] events = new Event[avro.length];
    for (int i = 0; i < avro.length; i++) {
      reader.decode(avro[i], assembler);
      events[i] = assembler.event(0, 3, 1_000_000 + i, Long.MAX_VALUE);
    }
    return events;
  }

  private static byte[][] jsonValues(byte[][] avro) throws Exception {
    Event[] events = events(avro, stream(DecoderSpec.avro(SCHEMA)));
    return Arrays.stream(events).map(EventJson::write).toArray(byte[][]::new);
  }

  private static byte[][] avroValues() throws Exception {
    Schema schema = new Schema.Parser().parse(SCHEMA);
    GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(schema);
    byte[][] values = new byte[EVENTS][];
    for (int i = 0; i < EVENTS; i++) {
      GenericRecord record = new GenericData.Record(schema);
      record.put("transaction_id", "3f2b8c1e-9d4a-4c55-8e1f-" + (100_000_000_000L + i));
      record.put("card_number", "4532" + (1_000_000_000_00L + i % 1000));
      record.put("customer_id", "customer-" + i % 1000);
      record.put("amount", i % 997 * 1.37);
      record.put("location", i % 2 == 0 ? "Houston" : "Tokyo");
      record.put("merchant_category", i % 10 == 0 ? null : "electronics");
      record.put("ts", 1_700_000_000_000L + i);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      writer.write(record, encoder);
      encoder.flush();
      values[i] = out.toByteArray();
    }
    return values;
  }

  private static double mean(byte[][] values) {
    return Arrays.stream(values).mapToInt(value -> value.length).average().orElseThrow();
  }
}
