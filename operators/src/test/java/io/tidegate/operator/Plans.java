package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.event.EventBuilder;
import io.tidegate.plan.PlanDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans for tests: two streams, two key expressions, and rules that between them use loops,
 * absence, strict contiguity, both streams and both keys.
 */
final class Plans {
  static final int READINGS = 0;
  static final int STOPS = 1;
  static final int WINDOW_LENGTH = 4;

  private static final String FIELDS =
      """
      {"name":"id","type":"string","nullable":false},
      {"name":"robot","type":"string","nullable":false},
      {"name":"line","type":"string","nullable":false},
      {"name":"ts","type":"timestamp","nullable":false},
      {"name":"kind","type":"long","nullable":false},
      {"name":"x","type":"%s","nullable":true},
      {"name":"y","type":"double","nullable":true}\
      """;

  private final List<String> rules = new ArrayList<>();
  private String window = "null";
  private String extraFields = "";
  private String derived = "";
  private String typeOfX = "double";
  private String rulesLog = "null";
  private String deduplication = "null";
  private String idle = "null";
  private String identity = "\"id\"";

  static Plans with(String... rules) {
    Plans plans = new Plans();
    plans.rules.addAll(List.of(rules));
    return plans;
  }

  /** Windows of x and y by robot. */
  Plans window(int history) {
    window =
        """
        {"name":"last","stream":"readings","channels":["x","y"],"length":%d,"key":0,
         "history":%d,"rules":["*"]}\
        """
            .formatted(WINDOW_LENGTH, history);
    return this;
  }

  /** With a rules log, so that rules of a restored state go on. */
  Plans changing() {
    rulesLog = "{\"topic\":\"r\",\"status_topic\":\"s\"}";
    return this;
  }

  Plans deduplication(long ms) {
    deduplication = Long.toString(ms);
    return this;
  }

  /** Silent keys keep their windows and derived fields for so long. */
  Plans idle(long ms) {
    idle = Long.toString(ms);
    return this;
  }

  Plans identity(String... fields) {
    identity = fields.length == 0 ? "" : "\"" + String.join("\",\"", fields) + "\"";
    return this;
  }

  /** One more nullable field, in front of the others, so that all slots move. */
  Plans extraField() {
    extraFields = "{\"name\":\"added\",\"type\":\"double\",\"nullable\":true},";
    return this;
  }

  /** Readings get fields from those before them, see {@link #derivedField}. */
  Plans derived(String... fields) {
    derived = String.join(",", fields);
    return this;
  }

  /**
   * A derived field of readings, by robot.
   *
   * @param field the field looked at; of stops where the function is latest
   * @param over how far, such as {@code "events":2}
   */
  static String derivedField(String name, String type, String function, String field, String over) {
    boolean latest = function.equals("latest");
    return """
    {"name":"%s","type":"%s","function":"%s","stream":"%s","field":"%s",
     "by":{"readings":["robot"]%s},%s,"including_current":false}\
    """
        .formatted(
            name,
            type,
            function,
            latest ? "stops" : "readings",
            field,
            latest ? ",\"stops\":[\"robot\"]" : "",
            over);
  }

  /** A reading of x above that field, then one of 2; the field's first value is a measure. */
  static String above(String field) {
    String low = stage("above", "readings", "begin", 1);
    String condition =
        "{\"call\":\"gt\",\"type\":\"boolean\",\"args\":[{\"field\":\"x\",\"type\":\"double\"},"
            + "{\"field\":\"%s\",\"type\":\"double\"}]}";
    int from = low.indexOf("{\"call\"");
    int to = low.indexOf(",\n \"until\"");
    String first = low.substring(0, from) + condition.formatted(field) + low.substring(to);
    return rule(
            "above", 0, false, 40, "no_skip", first + "," + stage("then", "readings", "relaxed", 2))
        .replace(
            "\"measures\":[",
            ("\"measures\":[{\"name\":\"value\",\"type\":\"double\",\"expression\":"
                    + "{\"stage\":\"above\",\"select\":\"first\",\"field\":\"%s\",\"type\":\"double\"}},")
                .formatted(field));
  }

  Plans withTypeOfX(String type) {
    typeOfX = type;
    return this;
  }

  String text() {
    return """
    {"format":1,"name":"test",
     "kafka":{"bootstrap":"localhost:9092","group":"g","properties":{}},
     "streams":[%s,%s],
     "keys":[{"streams":{"readings":["robot"],"stops":["robot"]}},
             {"streams":{"readings":["line"],"stops":["line"]}}],
     "key_idle_ms":%s,
     "rules":[%s],"window":%s,"model":null,
     "sinks":{"alerts":{"topic":"a","delivery":"at_least_once"},
              "dead_letters":{"topic":"d"},"late_events":{"topic":"l"},"iceberg":null},
     "rules_log":%s,"alerts_schema":""}\
    """
        .formatted(
            stream("readings", 1),
            stream("stops", 0),
            idle,
            String.join(",", rules),
            window,
            rulesLog);
  }

  PlanDefinition definition() {
    return PlanDefinition.parse(text());
  }

  private String stream(String name, int priority) {
    return """
    {"name":"%s","topics":["%s"],"fields":[%s%s],"decoder":{"kind":"json"},
     "event_time":{"field":"ts","unit":"ms"},"key":["robot"],"start":"earliest",
     "bounded":false,"out_of_orderness_ms":20,"idleness_ms":0,"max_future_ms":0,
     "identity":[%s],"priority":%d,"deduplication_ms":%s,"alignment_ms":0,"store":false,
     "derived":[%s]}\
    """
        .formatted(
            name,
            name,
            extraFields,
            FIELDS.formatted(typeOfX),
            identity,
            priority,
            deduplication,
            name.equals("readings") ? derived : "");
  }

  static String rule(
      String id, int key, boolean timeouts, long within, String skip, String stages) {
    return rule(id, "fingerprint-of-" + id, key, timeouts, within, skip, stages);
  }

  static String rule(
      String id,
      String fingerprint,
      int key,
      boolean timeouts,
      long within,
      String skip,
      String stages) {
    return """
    {"id":"%s","version":1,"fingerprint":"%s","severity":"high","key":%d,
     "shadow":false,"parameters":{},
     "measures":[{"name":"duration","type":"long",
                  "expression":{"match":"duration","type":"long"}}],
     "summary":[{"text":"%s"}],"timeouts":%s,
     "pattern":{"stages":[%s],"within_ms":%s,
                "skip":{"type":"%s","stage":null,"throw_on_miss":false}}}\
    """
        .formatted(id, fingerprint, key, id, timeouts, stages, within == 0 ? "null" : within, skip);
  }

  /** The rule with a cool-down. */
  static String coolingDown(String rule, long ms) {
    return rule.replace("\"timeouts\":", "\"cool_down_ms\":" + ms + ",\"timeouts\":");
  }

  static String stage(String name, String stream, String contiguity, int kind) {
    return stage(name, stream, contiguity, kind, 1, "1");
  }

  static String stage(
      String name, String stream, String contiguity, int kind, int min, String max) {
    return """
    {"name":"%s","streams":["%s"],"contiguity":"%s",
     "condition":{"call":"eq","type":"boolean","args":[{"field":"kind","type":"long"},
                  {"literal":%d,"type":"long"}]},
     "until":null,"times":{"min":%d,"max":%s,"window_ms":null},"inner":"relaxed",
     "greedy":false,"optional":false,"within_previous_ms":null}\
    """
        .formatted(name, stream, contiguity, kind, min, max);
  }

  /** 1 then 2, every combination, timeouts recorded. */
  static String rise() {
    return rule(
        "rise",
        0,
        true,
        40,
        "no_skip",
        stage("low", "readings", "begin", 1) + "," + stage("high", "readings", "relaxed", 2));
  }

  /** By line: a reading of 3, then a stop of 1. */
  static String halted() {
    return rule(
        "halted",
        1,
        false,
        60,
        "skip_to_next",
        stage("reading", "readings", "begin", 3) + "," + stage("stop", "stops", "relaxed_any", 1));
  }

  /** 1 and no 4 for 30 ms. */
  static String calm() {
    return rule(
        "calm",
        0,
        false,
        30,
        "no_skip",
        stage("one", "readings", "begin", 1)
            + ","
            + stage("none", "readings", "not_followed_by", 4));
  }

  /** Two or more 2, then directly a 3. */
  static String burst() {
    return rule(
        "burst",
        0,
        true,
        50,
        "skip_past_last_event",
        stage("twos", "readings", "begin", 2, 2, "null")
            + ","
            + stage("three", "readings", "strict", 3));
  }

  /**
   * A reading of x above {@code $limit}, which is 5 and for robot-2 is 50, then one of 2; the limit
   * is a measure, too.
   */
  static String limited(double limit) {
    String parameter = "{\"parameter\":\"limit\",\"type\":\"double\"}";
    String above =
        "{\"call\":\"gt\",\"type\":\"boolean\",\"args\":[{\"field\":\"x\",\"type\":\"double\"},%s]}"
            .formatted(parameter);
    String first = stage("high", "readings", "begin", 1);
    int condition = first.indexOf("{\"call\"");
    first = first.substring(0, condition) + above + first.substring(first.indexOf(",\n \"until\""));
    return rule(
            "limited",
            0,
            true,
            40,
            "no_skip",
            first + "," + stage("then", "readings", "relaxed", 2))
        .replace(
            "\"parameters\":{}",
            "\"parameters\":{\"limit\":{\"default\":%s,\"type\":\"double\",\"by_key\":{\"robot-2\":50}}}"
                .formatted(limit))
        .replace(
            "\"measures\":[",
            "\"measures\":[{\"name\":\"limit\",\"type\":\"double\",\"expression\":%s},"
                .formatted(parameter));
  }

  /** Every rule above. */
  static Plans all() {
    return with(rise(), halted(), calm(), burst());
  }

  /** An event; id names it, and the position follows from the id's hash. */
  static Event event(
      PlanDefinition plan, int stream, String id, String robot, String line, long ts, int kind) {
    return builder(plan, stream, id, robot, line, ts, kind)
        .set("x", (double) ts)
        .set("y", (double) kind)
        .build();
  }

  static EventBuilder builder(
      PlanDefinition plan, int stream, String id, String robot, String line, long ts, int kind) {
    return EventBuilder.of(plan.streams()[stream])
        .at(ts)
        .from(0, Math.floorMod(id.hashCode(), 3), id.hashCode() & 0xFFFFFFL)
        .set("id", id)
        .set("robot", robot)
        .set("line", line)
        .set("ts", ts)
        .set("kind", kind);
  }
}
