package io.tidegate.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Produces generated events to a topic, as fast as the broker takes them or at a steady rate.
 *
 * <p>Arguments: {@code bootstrap topic kind schema-file count rate keys step-ms}. {@code kind} is
 * {@code transactions}, {@code marked} or {@code joints}; a {@code rate} of 0 means unpaced. Event
 * time starts at a fixed date and advances by {@code step-ms / keys} per event, so each key has an
 * event every {@code step-ms}; with a rate, event time is the wall clock. Prints a JSON object: the
 * number of events, the seconds until the broker had acknowledged all, and how late an event was
 * sent, 99th percentile in milliseconds.
 */
public final class Load {
  private static final long START_MS = 1_700_000_000_000L;
  private static final int MOST_BEHIND_MS = 60_000;

  /** Events that fall due within this are sent together: a wake-up for each would cost a core. */
  private static final long PAUSE_NANOS = 500_000;

  private static final String[] LOCATIONS = {"Houston", "Tokyo", "Berlin", "Lagos", "Lima"};
  private static final String[] CATEGORIES = {"fuel", "grocery", "electronics", "travel"};

  private Load() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    String topic = args[1];
    String kind = args[2];
    Schema schema = new Schema.Parser().parse(Files.readString(Path.of(args[3])));
    long count = Long.parseLong(args[4]);
    long rate = Long.parseLong(args[5]);
    int keys = Integer.parseInt(args[6]);
    double stepMs = Double.parseDouble(args[7]);

    Properties properties = new Properties();
    properties.put("bootstrap.servers", args[0]);
    properties.put("key.serializer", ByteArraySerializer.class.getName());
    properties.put("value.serializer", ByteArraySerializer.class.getName());
    properties.put("linger.ms", rate == 0 ? "20" : "1");
    properties.put("batch.size", "262144");
    properties.put("buffer.memory", "67108864");
    properties.put("acks", "all");

    AtomicReference<Exception> failure = new AtomicReference<>();
    int[] behind = new int[MOST_BEHIND_MS + 1];
    long begun = System.nanoTime();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
      Generator generator =
          switch (kind) {
            case "transactions" -> new Transactions(schema, keys);
            case "marked" -> new Marked(schema, keys);
            case "joints" -> new Joints(schema, keys);
            default -> throw new IllegalArgumentException("kind " + kind);
          };
      Encoder encoder = new Encoder(schema);
      for (long i = 0; i < count; i++) {
        long eventTime = START_MS + (long) (i * stepMs / keys);
        if (rate > 0) {
          long due = begun + i * 1_000_000_000L / rate;
          while (System.nanoTime() < due) {
            LockSupport.parkNanos(Math.max(PAUSE_NANOS, due - System.nanoTime()));
          }
          behind[(int) Math.min(MOST_BEHIND_MS, (System.nanoTime() - due) / 1_000_000)]++;
          eventTime = System.currentTimeMillis();
        }
        GenericRecord event = generator.next(i, eventTime);
        byte[] key = generator.key(event).getBytes(StandardCharsets.UTF_8);
        producer.send(
            new ProducerRecord<>(topic, key, encoder.encode(event)),
            (metadata, exception) -> {
              if (exception != null) {
                failure.compareAndSet(null, exception);
              }
            });
      }
    }
    if (failure.get() != null) {
      throw new IOException("an event was not taken by the broker", failure.get());
    }
    System.out.printf(
        Locale.ROOT,
        "{\"events\": %d, \"seconds\": %.3f, \"behind_p99_ms\": %d}%n",
        count,
        (System.nanoTime() - begun) / 1e9,
        percentile(behind));
  }

  private static int percentile(int[] behind) {
    long above = Arrays.stream(behind).asLongStream().sum() / 100;
    int ms = MOST_BEHIND_MS;
    for (long seen = behind[ms]; ms > 0 && seen <= above; seen += behind[ms]) {
      ms--;
    }
    return ms;
  }

  private interface Generator {
    GenericRecord next(long i, long eventTime);

    String key(GenericRecord event);
  }

  private static final class Encoder {
    private final GenericDatumWriter<GenericRecord> writer;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private BinaryEncoder encoder;

    Encoder(Schema schema) {
      writer = new GenericDatumWriter<>(schema);
    }

    byte[] encode(GenericRecord record) throws IOException {
      bytes.reset();
      encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
      writer.write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    }
  }

  /**
   * Card transactions: nearly all small and ordinary; one in two thousand begins a burst of six on
   * its card that each of the three fraud rules finds once.
   */
  private static final class Transactions implements Generator {
    private static final double[] BURST = {1.5, 1201, 1202, 1203, 20, 20};
    private final Schema schema;
    private final int keys;
    private final SplittableRandom random = new SplittableRandom(7);
    private int card;
    private int step = BURST.length;

    Transactions(Schema schema, int keys) {
      this.schema = schema;
      this.keys = keys;
    }

    @Override
    public GenericRecord next(long i, long eventTime) {
      double amount;
      if (step < BURST.length) {
        amount = BURST[step];
      } else {
        card = (int) (i % keys);
        amount = 6 + 300 * random.nextDouble() * random.nextDouble();
        if (random.nextInt(2000) == 0) {
          step = 0;
          amount = BURST[0];
        }
      }
      GenericRecord event = new GenericData.Record(schema);
      event.put("transaction_id", "t" + i);
      event.put("card_number", "card-" + card);
      event.put("customer_id", "customer-" + card);
      event.put("amount", amount);
      event.put("location", LOCATIONS[(card + step) % LOCATIONS.length]);
      event.put("merchant_category", CATEGORIES[(int) (i % CATEGORIES.length)]);
      event.put("ts", eventTime);
      step = Math.min(step + 1, BURST.length);
      return event;
    }

    @Override
    public String key(GenericRecord event) {
      return (String) event.get("card_number");
    }
  }

  /**
   * Transactions of which every 500th, from the first on, has an amount that no other has, so that
   * it can be told which were found.
   */
  private static final class Marked implements Generator {
    private static final int EVERY = 500;
    private static final double AMOUNT = 450;
    private final Transactions ordinary;

    Marked(Schema schema, int keys) {
      ordinary = new Transactions(schema, keys);
    }

    @Override
    public GenericRecord next(long i, long eventTime) {
      GenericRecord event = ordinary.next(i, eventTime);
      if (i % EVERY == 0) {
        event.put("amount", AMOUNT);
      }
      return event;
    }

    @Override
    public String key(GenericRecord event) {
      return ordinary.key(event);
    }
  }

  /** Robot readings: a joint current that spikes now and then, and every other channel quiet. */
  private static final class Joints implements Generator {
    private final Schema schema;
    private final int keys;
    private final SplittableRandom random = new SplittableRandom(11);

    Joints(Schema schema, int keys) {
      this.schema = schema;
      this.keys = keys;
    }

    @Override
    public GenericRecord next(long i, long eventTime) {
      GenericRecord event = new GenericData.Record(schema);
      for (Schema.Field field : schema.getFields()) {
        String name = field.name();
        if (name.startsWith("current_") || name.startsWith("speed_")) {
          event.put(name, random.nextDouble() - 0.5);
        } else if (name.startsWith("temperature_")) {
          event.put(name, 30 + random.nextDouble());
        }
      }
      event.put("robot_id", "robot-" + i % keys);
      event.put("ts", eventTime);
      event.put("tool_current", 0.1);
      event.put("cycle", i / keys);
      event.put("protective_stop", false);
      event.put("grip_lost", false);
      if (random.nextInt(200) == 0) {
        event.put("current_1", -6.0 - random.nextDouble());
      }
      return event;
    }

    @Override
    public String key(GenericRecord event) {
      return (String) event.get("robot_id");
    }
  }
}
