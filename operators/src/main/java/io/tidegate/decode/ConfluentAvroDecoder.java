package io.tidegate.decode;

import io.tidegate.event.DeadLetterReason;
import io.tidegate.event.StreamDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the Confluent wire format: byte 0, schema id (4 bytes, big endian), Avro record.
 *
 * <p>A schema is fetched once; an id never changes its schema. A refusal of a known schema is kept
 * likewise. That an id is unknown is believed for a minute, as it may be registered later.
 */
public final class ConfluentAvroDecoder implements ValueDecoder {
  private static final int PREFIX = 5;
  private static final int MAX_UNKNOWN = 10_000;
  private static final long UNKNOWN_FOR_MS = 60_000;

  private final StreamDefinition stream;
  private final SchemaRegistry registry;
  private final Clock clock;
  private final Map<Integer, AvroRecordReader> readers = new HashMap<>();
  private final Map<Integer, Refusal> refusals = new RecentRefusals();
  private int lastId;
  private AvroRecordReader last;

  private record Refusal(DecodeException reason, long until) {}

  /** The refusals last asked for: broken prefixes may hold any number of ids. */
  private static final class RecentRefusals extends LinkedHashMap<Integer, Refusal> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Integer, Refusal> eldest) {
      return size() > MAX_UNKNOWN;
    }
  }

  /** A decoder of a stream's records; its decoder names the registry. */
  public ConfluentAvroDecoder(StreamDefinition stream) {
    this(stream, new SchemaRegistry(stream.decoder().registry()), Clock.systemUTC());
  }

  ConfluentAvroDecoder(StreamDefinition stream, SchemaRegistry registry, Clock clock) {
    this.stream = stream;
    this.registry = registry;
    this.clock = clock;
  }

  @Override
  public void decode(byte[] value, EventAssembler into) throws DecodeException, IOException {
    if (value[0] != 0) {
      throw new DecodeException(
          DeadLetterReason.BAD_MAGIC_BYTE,
          "the first byte is " + (value[0] & 0xFF) + "; the Confluent wire format begins with 0");
    }
    if (value.length < PREFIX) {
      throw new DecodeException(
          DeadLetterReason.MALFORMED,
          "the value has " + value.length + " bytes; magic byte and schema id take " + PREFIX);
    }
    int id = ByteBuffer.wrap(value).getInt(1);
    if (last == null || id != lastId) {
      last = reader(id);
      lastId = id;
    }
    into.begin();
    last.read(value, PREFIX, into);
  }

  private AvroRecordReader reader(int id) throws DecodeException, IOException {
    AvroRecordReader known = readers.get(id);
    if (known != null) {
      return known;
    }
    Refusal refusal = refusals.get(id);
    if (refusal != null && clock.millis() < refusal.until) {
      throw refusal.reason;
    }
    try {
      AvroRecordReader reader = new AvroRecordReader(registry.schema(id), stream);
      readers.put(id, reader);
      return reader;
    } catch (DecodeException e) {
      boolean unknown = e.reason() == DeadLetterReason.UNKNOWN_SCHEMA;
      long until = unknown ? clock.millis() + UNKNOWN_FOR_MS : Long.MAX_VALUE;
      refusals.put(id, new Refusal(e, until));
      throw e;
    }
  }
}
