package io.tidegate.expression;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import io.tidegate.expression.CompileContext.StageReference;
import io.tidegate.match.MatchedEvents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Three event types that share field names at different places, and two stages. */
final class Fixture {
  static final ObjectMapper JSON = new ObjectMapper();

  static final EventType CHARGES =
      EventType.of(
          "charges",
          new Field("card", FieldType.STRING, false),
          new Field("amount", FieldType.DOUBLE, true),
          new Field("count", FieldType.LONG, true),
          new Field("ts", FieldType.TIMESTAMP, true),
          new Field("place", FieldType.STRING, true),
          new Field("online", FieldType.BOOLEAN, true));

  /** The same fields elsewhere, and {@code amount} as a long. */
  static final EventType REFUNDS =
      EventType.of(
          "refunds",
          new Field("online", FieldType.BOOLEAN, true),
          new Field("place", FieldType.STRING, true),
          new Field("reason", FieldType.STRING, true),
          new Field("ts", FieldType.TIMESTAMP, true),
          new Field("count", FieldType.LONG, true),
          new Field("amount", FieldType.LONG, true),
          new Field("card", FieldType.STRING, false));

  static final EventType LOGINS =
      EventType.of("logins", new Field("card", FieldType.STRING, false));

  static final EventType[] TYPES = {CHARGES, REFUNDS, LOGINS};
  static final int[] ONE = {0};
  static final int[] TWO = {0, 1};

  private Fixture() {}

  /**
   * An event with values in the order of the type's fields: Boolean, Long, Double, String, null.
   */
  static Event event(int stream, Object... values) {
    EventType type = TYPES[stream];
    long[] numbers = new long[type.numberCount()];
    String[] strings = new String[type.stringCount()];
    long[] nulls = null;
    for (int i = 0; i < values.length; i++) {
      int slot = type.slot(i);
      if (values[i] == null) {
        nulls = nulls == null ? new long[type.nullWords()] : nulls;
        nulls[i >>> 6] |= 1L << i;
      } else if (values[i] instanceof Boolean b) {
        numbers[slot] = b ? 1 : 0;
      } else if (values[i] instanceof Double d) {
        numbers[slot] = Double.doubleToRawLongBits(d);
      } else if (values[i] instanceof Long l) {
        numbers[slot] = l;
      } else {
        strings[slot] = (String) values[i];
      }
    }
    return new Event(type, stream, 0, 0, 0, 0, numbers, strings, nulls);
  }

  /** A charge of an amount (null for a null amount), the rest fixed. */
  static Event charge(Double amount) {
    return event(0, "c1", amount, 3L, 0L, "Oslo", true);
  }

  /** What conditions on the given streams may refer to: stages {@code a} (0) and {@code b} (1). */
  static CompileContext context(int[] streams) {
    Map<String, StageReference> stages = new LinkedHashMap<>();
    stages.put("a", new StageReference(0, ONE));
    stages.put("b", new StageReference(1, TWO));
    Parameters parameters =
        new Parameters(
            Parameters.read(
                json(
                    "{'limit':{'default':5.5,'type':'double'},"
                        + "'city':{'default':'Oslo','type':'string'}}")));
    return new CompileContext(TYPES, streams, stages, parameters, e -> "key of " + e.stream);
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  /** Compiles a condition on charges. */
  static Expression compile(String tree) {
    return Expressions.compile(json(tree), context(ONE));
  }

  /** Compiles a measure. */
  static Expression measure(String tree) {
    return Expressions.compile(json(tree), context(ONE).onMatch());
  }

  /** Events by stage. */
  static final class Matched implements MatchedEvents<Event> {
    final List<List<Event>> stages = new ArrayList<>();

    Matched(List<Event> a, List<Event> b) {
      stages.add(a);
      stages.add(b);
    }

    static Matched none() {
      return new Matched(List.of(), List.of());
    }

    @Override
    public int count(int stage) {
      return stages.get(stage).size();
    }

    @Override
    public Event first(int stage) {
      return get(stage, 0);
    }

    @Override
    public Event last(int stage) {
      return get(stage, -1);
    }

    @Override
    public Event get(int stage, int index) {
      List<Event> events = stages.get(stage);
      int at = index < 0 ? events.size() + index : index;
      return at < 0 || at >= events.size() ? null : events.get(at);
    }

    @Override
    public void forEach(int stage, Consumer<? super Event> consumer) {
      stages.get(stage).forEach(consumer);
    }
  }
}
