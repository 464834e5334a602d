package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.PlanException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Rules over all operators of the language and events for them, drawn from a seed, in the streams
 * of {@link Plans}. Rules that the plan refuses are drawn again.
 */
final class RandomRules {
  private static final String[] CONTIGUITIES = {"relaxed", "relaxed", "relaxed_any", "strict"};
  private static final String[] COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge"};

  private final Random random;
  private final List<String> stages = new ArrayList<>();

  RandomRules(Random random) {
    this.random = random;
  }

  /** That many rules, named {@code r0}, {@code r1} and so on. */
  String[] rules(int count) {
    String[] rules = new String[count];
    for (int i = 0; i < count; i++) {
      String rule = rule("r" + i);
      while (isRefused(rule)) {
        rule = rule("r" + i);
      }
      rules[i] = rule;
    }
    return rules;
  }

  private static boolean isRefused(String rule) {
    try {
      Plans.with(rule).definition();
      return false;
    } catch (PlanException e) {
      return true;
    }
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private String pick(String... options) {
    return options[random.nextInt(options.length)];
  }

  private String rule(String id) {
    stages.clear();
    String body = level(1 + random.nextInt(3), 0);
    if (one(4)) {
      body += "," + plain(pick("not_followed_by", "not_next"));
    }
    String skip = pick("no_skip", "skip_to_next", "skip_past_last_event");
    return Plans.rule(id, random.nextInt(2), one(2), 20 + random.nextInt(60), skip, body);
  }

  private String level(int size, int depth) {
    List<String> level = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String contiguity = i == 0 ? "begin" : pick(CONTIGUITIES);
      if (i > 0 && i < size - 1 && one(4)) {
        level.add(plain(pick("not_next", "not_followed_by")));
      } else if (i > 0 && depth == 0 && one(7)) {
        level.add(absence());
      } else if (depth == 0 && one(6)) {
        level.add(choice(contiguity));
      } else if (depth == 0 && one(6)) {
        String group = level(1 + random.nextInt(2), 1);
        level.add(
            "{\"group\":["
                + group
                + "],\"contiguity\":\""
                + contiguity
                + "\",\"until\":null,"
                + repetition()
                + "}");
      } else {
        level.add(stage(contiguity));
      }
    }
    return String.join(",", level);
  }

  /** One of two sub-patterns, or two stages in any order. */
  private String choice(String contiguity) {
    String first = level(1, 1);
    String second = level(1, 1);
    String parts =
        one(2)
            ? "\"any_of\":[[" + first + "],[" + second + "]]"
            : "\"all_of\":[" + plain("begin") + "," + plain("begin") + "]";
    return "{" + parts + ",\"contiguity\":\"" + contiguity + "\",\"until\":null," + once() + "}";
  }

  /** No such event for some time, then the pattern goes on. */
  private String absence() {
    String body = plain("absent_for");
    return body.substring(0, body.length() - 1)
        + ",\"absent_ms\":"
        + (5 + random.nextInt(20))
        + "}";
  }

  private static String once() {
    return """
    "times":{"min":1,"max":1,"window_ms":null},"inner":"relaxed","optional":false,
    "within_previous_ms":null\
    """;
  }

  /** A stage that occurs once. */
  private String plain(String contiguity) {
    return head(contiguity)
        + """
        "until":null,"times":{"min":1,"max":1,"window_ms":null},"inner":"relaxed",
        "greedy":false,"optional":false,"within_previous_ms":null}\
        """;
  }

  private String stage(String contiguity) {
    if (one(2)) {
      return plain(contiguity);
    }
    String head = head(contiguity);
    String until = one(6) ? condition() : "null";
    return head + "\"until\":" + until + ",\"greedy\":" + one(4) + "," + repetition() + "}";
  }

  private String head(String contiguity) {
    String name = "s" + stages.size();
    String condition = one(15) ? "null" : condition();
    stages.add(name);
    String streams = one(4) ? "\"stops\"" : one(6) ? "\"readings\",\"stops\"" : "\"readings\"";
    return "{\"name\":\"%s\",\"streams\":[%s],\"contiguity\":\"%s\",\"condition\":%s,"
        .formatted(name, streams, contiguity, condition);
  }

  private String repetition() {
    int min = 1 + random.nextInt(2);
    String max = one(3) ? "null" : Integer.toString(min + random.nextInt(2));
    String inner = one(4) ? pick("strict", "relaxed_any") : "relaxed";
    return """
    "times":{"min":%d,"max":%s,"window_ms":null},"inner":"%s","optional":%s,
    "within_previous_ms":%s\
    """
        .formatted(min, max, inner, one(5), one(8) ? "15" : "null");
  }

  private String condition() {
    return switch (random.nextInt(7)) {
      case 0, 1 -> call(pick("and", "or"), comparison(), comparison());
      case 2 -> call("not", comparison());
      case 3 -> call("and", comparison(), iterative());
      default -> comparison();
    };
  }

  private String comparison() {
    return switch (random.nextInt(9)) {
      case 0 -> call("in", field("kind", "long"), kind(), kind());
      case 1 -> call("between", field("x", "double"), real(), real());
      case 2 -> call(pick(COMPARISONS), field("y", "double"), kind());
      case 3 -> call("in", field("robot", "string"), robot(), robot());
      case 4 -> call(pick("eq", "ne"), field("robot", "string"), robot());
      case 5 -> call("is_null", field("y", "double"));
      case 6 -> call(pick(COMPARISONS), field("x", "double"), field("y", "double"));
      default -> call(one(2) ? "eq" : pick(COMPARISONS), field("kind", "long"), kind());
    };
  }

  /** Looks at an earlier stage, where there is one. */
  private String iterative() {
    if (stages.isEmpty()) {
      return comparison();
    }
    String earlier =
        """
        {"stage":"%s","select":"last","field":"kind","type":"long"}\
        """
            .formatted(stages.get(random.nextInt(stages.size())));
    return call(pick(COMPARISONS), field("kind", "long"), earlier);
  }

  private static String field(String name, String type) {
    return "{\"field\":\"" + name + "\",\"type\":\"" + type + "\"}";
  }

  private String kind() {
    return "{\"literal\":" + (1 + random.nextInt(4)) + ",\"type\":\"long\"}";
  }

  private String real() {
    return "{\"literal\":" + random.nextInt(6) + ".0,\"type\":\"double\"}";
  }

  private String robot() {
    return "{\"literal\":\"robot-" + random.nextInt(3) + "\",\"type\":\"string\"}";
  }

  private static String call(String name, String... arguments) {
    return "{\"call\":\"%s\",\"type\":\"boolean\",\"args\":[%s]}"
        .formatted(name, String.join(",", arguments));
  }

  /** Events of few keys and few distinct times, in the order they were drawn. */
  List<Event> events(PlanDefinition plan, int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int stream = one(5) ? Plans.STOPS : Plans.READINGS;
      String robot = "robot-" + random.nextInt(3);
      String line = "line-" + random.nextInt(2);
      long ts = 5 * random.nextInt(1 + count / 2);
      var builder = Plans.builder(plan, stream, "e" + i, robot, line, ts, 1 + random.nextInt(4));
      builder.set("x", one(10) ? null : (double) random.nextInt(6));
      builder.set("y", one(5) ? null : (double) random.nextInt(6));
      events.add(builder.build());
    }
    return events;
  }
}
