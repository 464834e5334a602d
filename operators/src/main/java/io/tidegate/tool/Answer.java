package io.tidegate.tool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.tidegate.event.Event;
import io.tidegate.match.Match;
import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.record.MatchRecord;
import io.tidegate.record.MatchedEvent;
import io.tidegate.record.RuleReference;
import io.tidegate.record.WindowCut;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what a run finds as JSON lines, each an object with one member that says what it is. */
final class Answer {
  private final JsonGenerator json;

  Answer(OutputStream out) throws IOException {
    json = new JsonFactory().createGenerator(out);
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  /**
   * A match.
   *
   * @param derived the derived fields of each of its events
   * @param window whether its window is wanted
   */
  void match(MatchRecord match, List<Map<String, Object>> derived, boolean window) {
    Map<String, Object> members = described(match, derived);
    if (window) {
      members.put("window", described(match.window()));
    }
    line("match", members);
  }

  /** What windows of a key are cut from: numbers and channels of its samples, in their order. */
  void samples(Samples samples) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("key", samples.key());
    members.put("events", samples.numbers());
    members.put("values", base64(samples.values()));
    line("samples", members);
  }

  /** A partial match that ran out of time, see {@link #match}. */
  void timeout(MatchRecord timeout, List<Map<String, Object>> derived) {
    Map<String, Object> members = described(timeout, derived);
    members.put("timed_out_at", timeout.timedOutAt());
    line("timeout", members);
  }

  void late(Event event, long greatest) {
    line("late", Map.of("event", event.offset, "time", event.timestamp, "greatest", greatest));
  }

  void duplicate(Event event) {
    line("duplicate", Map.of("event", event.offset));
  }

  void dead(long number, String reason, String detail) {
    line("dead", Map.of("event", number, "reason", reason, "detail", detail));
  }

  void open(String rule, int partialMatches) {
    line("open", Map.of("rule", rule, "partial_matches", partialMatches));
  }

  void cooledDown(String rule, int count) {
    line("cooled_down", Map.of("rule", rule, "count", count));
  }

  void dropped(String rule, Dropped what, int count) {
    String name = what.name().toLowerCase(Locale.ROOT);
    line("dropped", Map.of("rule", rule, "what", name, "count", count));
  }

  void nearMiss(NearMiss miss, DerivedFields derived) {
    Attempt attempt = miss.attempt();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("rule", miss.rule().id());
    members.put("key", miss.key());
    members.put("events_needed", attempt.partial().eventsNeeded());
    members.put("events", taken(miss, derived));
    members.put("ending", attempt.ending().name().toLowerCase(Locale.ROOT));
    members.put("at", attempt.at());
    List<String> stages = miss.rule().stageNames();
    members.put("absence", attempt.by() < 0 ? null : stages.get(attempt.by()));
    members.put("offered", miss.offered().stream().map(event -> event.offset).toList());
    members.put("refusals", miss.refusals().stream().map(Answer::described).toList());
    line("near_miss", members);
  }

  private static List<Object> taken(NearMiss miss, DerivedFields derived) {
    Match<Event> taken = miss.attempt().taken();
    List<Object> events = new ArrayList<>();
    for (int i = 0; i < miss.eventsTaken(); i++) {
      String stage = miss.rule().stageNames().get(taken.stageOf(i));
      Event event = taken.event(i);
      events.add(List.of(stage, event.offset, derived.of(event)));
    }
    return events;
  }

  private static Map<String, Object> described(Refusal refusal) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("stage", refusal.stage());
    members.put("came", refusal.came());
    members.put("held", refusal.held());
    members.put("closest", refusal.closest() == null ? null : refusal.closest().offset);
    List<Object> failed = new ArrayList<>();
    for (Refusal.Failure failure : refusal.failed()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("term", failure.term());
      one.put("values", failure.values());
      failed.add(one);
    }
    members.put("failed", failed);
    return members;
  }

  private static Map<String, Object> described(WindowCut window) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("status", window.status().text());
    members.put("first", window.first() == null ? null : window.first().offset());
    members.put("last", window.last() == null ? null : window.last().offset());
    members.put("values", window.values() == null ? null : base64(window.values()));
    return members;
  }

  /** Bits of float32 numbers, the least significant byte of each first. */
  private static String base64(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static Map<String, Object> described(
      MatchRecord match, List<Map<String, Object>> derived) {
    RuleReference rule = match.rule();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("rule", rule.id());
    members.put("key", match.key());
    members.put("id", match.matchId());
    members.put("start", match.startTimestamp());
    members.put("end", match.endTimestamp());
    members.put("measures", match.measures());
    members.put("summary", match.summary());
    List<Object> events = new ArrayList<>();
    for (int i = 0; i < derived.size(); i++) {
      MatchedEvent event = match.events().get(i);
      events.add(List.of(event.stage(), event.position().offset(), derived.get(i)));
    }
    members.put("events", events);
    return members;
  }

  /** The last line of an answer. */
  void done() {
    line("done", Map.of());
    end();
  }

  /** The last line of an answer to a request that has no meaning. */
  void refused(String message) {
    line("refused", Map.of("message", message));
    end();
  }

  private void end() {
    try {
      json.writeRaw('\n');
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the answer cannot be written", e);
    }
  }

  private void line(String kind, Map<String, ?> members) {
    try {
      write(Map.of(kind, members));
    } catch (IOException e) {
      throw new UncheckedIOException("the answer cannot be written", e);
    }
  }

  /** Written member by member: a mapper would load and warm up more than the rest of a run. */
  private void write(Object value) throws IOException {
    if (value instanceof Map<?, ?> members) {
      json.writeStartObject();
      for (Map.Entry<?, ?> member : members.entrySet()) {
        json.writeFieldName((String) member.getKey());
        write(member.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof Iterable<?> items) {
      json.writeStartArray();
      for (Object item : items) {
        write(item);
      }
      json.writeEndArray();
    } else if (value instanceof int[] numbers) {
      json.writeArray(numbers, 0, numbers.length);
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else {
      json.writeNull();
    }
  }
}
