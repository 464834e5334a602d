package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.event.Event;
import io.tidegate.event.EventBuilder;
import io.tidegate.event.FieldType;
import io.tidegate.event.StreamDefinition;
import io.tidegate.plan.PlanDefinition;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.datagen.source.GeneratorFunction;

/**
 * Events of a file, held in memory and repeated with all their times moved on as often as a job
 * asks for more.
 *
 * <p>One JSON object a line, by event time: {@code {"stream": name, "ts": epoch ms, "values":
 * {field: value}}}.
 */
final class RecordedEvents implements GeneratorFunction<Long, Event> {
  private static final long serialVersionUID = 1L;

  /** Event time between the last event of a round and the first of the next, ms. */
  private static final long PAUSE_MS = 1_000;

  // A job gets its functions serialized; what was read stays here. One file a process.
  private static Event[] events;
  private static long roundMs;
  private static int[][] timeSlots;

  /**
   * Reads a file, once and for all jobs of this process.
   *
   * @throws IOException when it cannot be read
   */
  static RecordedEvents read(Path file, PlanDefinition plan) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Event> read = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        read.add(event(json.readTree(line), plan, read.size()));
      }
    }
    events = read.toArray(Event[]::new);
    roundMs = events[events.length - 1].timestamp - events[0].timestamp + PAUSE_MS;
    timeSlots = new int[plan.streams().length][];
    for (StreamDefinition stream : plan.streams()) {
      List<Integer> slots = new ArrayList<>();
      for (int i = 0; i < stream.type().size(); i++) {
        if (stream.type().field(i).type() == FieldType.TIMESTAMP) {
          slots.add(stream.type().slot(i));
        }
      }
      timeSlots[stream.index()] = slots.stream().mapToInt(Integer::intValue).toArray();
    }
    return new RecordedEvents();
  }

  private static Event event(JsonNode line, PlanDefinition plan, int number) throws IOException {
    String name = line.get("stream").textValue();
    for (StreamDefinition stream : plan.streams()) {
      if (stream.name().equals(name)) {
        EventBuilder builder = EventBuilder.of(stream).at(line.get("ts").longValue());
        line.get("values")
            .properties()
            .forEach(entry -> builder.set(entry.getKey(), value(entry.getValue())));
        return builder.from(0, 0, number).build();
      }
    }
    throw new IOException("event " + number + " is of a stream that the plan lacks: " + name);
  }

  private static Object value(JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return value.isTextual()
        ? value.textValue()
        : value.isIntegralNumber() ? (Object) value.longValue() : value.doubleValue();
  }

  @Override
  public Event map(Long n) {
    if (n == 0) {
      CepJobs.begun();
    }
    Event event = events[(int) (n % events.length)];
    long later = n / events.length * roundMs;
    if (later == 0) {
      return event;
    }
    long[] numbers = event.numbers.clone();
    for (int slot : timeSlots[event.stream]) {
      numbers[slot] += later;
    }
    return new Event(
        event.type,
        event.stream,
        event.timestamp + later,
        event.topic,
        event.partition,
        n,
        numbers,
        event.strings,
        event.nulls);
  }
}
