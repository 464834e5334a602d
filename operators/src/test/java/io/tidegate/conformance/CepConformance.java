package io.tidegate.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.match.Automaton;
import io.tidegate.match.Match;
import io.tidegate.match.MatchOutput;
import io.tidegate.match.Matcher;
import io.tidegate.match.MatcherState;
import io.tidegate.match.PatternDefinition;
import io.tidegate.match.PatternException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs conformance cases on our matcher: {@code CepConformance CASES.jsonl}.
 *
 * <p>Prints each case that disagrees, then {@code agree N of M}, followed, where there are any, by
 * {@code documented D: ids}.
 */
public final class CepConformance {

  /** What became of a case. */
  enum Verdict {
    AGREE,
    /** Differs because of a defect of the reference that is not copied. */
    DOCUMENTED,
    DISAGREE
  }

  /** A verdict and, unless the case agrees, what was expected and found. */
  record Result(Verdict verdict, String detail) {}

  private CepConformance() {}

  /** Runs the cases of a file; exits with 1 where one disagrees and is not documented. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: CepConformance CASES.jsonl");
      System.exit(2);
    }
    List<CepCase> cases = CepCase.read(Path.of(args[0]));
    List<String> documented = new ArrayList<>();
    int agree = 0;
    for (CepCase aCase : cases) {
      Result result = run(aCase);
      if (result.verdict() == Verdict.AGREE) {
        agree++;
        continue;
      }
      if (result.verdict() == Verdict.DOCUMENTED) {
        documented.add(aCase.id());
      }
      System.out.println(
          result.verdict().name().toLowerCase(Locale.ROOT)
              + " "
              + aCase.id()
              + ": "
              + result.detail());
    }
    String line = "agree " + agree + " of " + cases.size();
    if (!documented.isEmpty()) {
      line += " documented " + documented.size() + ": " + String.join(" ", documented);
    }
    System.out.println(line);
    System.exit(agree + documented.size() == cases.size() ? 0 : 1);
  }

  /** Runs one case. */
  static Result run(CepCase aCase) {
    Found found = new Found();
    boolean error = false;
    try {
      found.run(aCase);
    } catch (PatternException e) {
      error = true;
      found.names.add(e.getMessage());
    }
    String difference;
    if (aCase.json().path("expect_error").asBoolean(false)) {
      difference = error ? null : "expected a refusal, found none";
    } else if (error) {
      difference = "refused: " + found.names.get(found.names.size() - 1);
    } else {
      difference = found.difference(aCase.json());
    }
    if (difference == null) {
      return new Result(Verdict.AGREE, "");
    }
    String defect = KnownDefects.of(aCase.json().get("pattern"));
    return defect == null
        ? new Result(Verdict.DISAGREE, difference)
        : new Result(Verdict.DOCUMENTED, defect + ": " + difference);
  }

  /** What the matcher found in one case, in a form that compares as text. */
  private static final class Found implements MatchOutput<JsonNode> {
    List<String> names = new ArrayList<>();
    final List<String> matches = new ArrayList<>();
    final List<String> matchMaps = new ArrayList<>();
    final List<String> pendingMaps = new ArrayList<>();
    final List<String> timeouts = new ArrayList<>();
    private final Map<Integer, Integer> canonical = new HashMap<>();
    private boolean advancing;

    void run(CepCase aCase) {
      numberEvents(aCase.json().path("events"));
      PatternDefinition<JsonNode> pattern = aCase.pattern();
      Matcher<JsonNode> matcher = new Matcher<>(Automaton.compile(pattern));
      names = new ArrayList<>(pattern.stageNames());
      MatcherState<JsonNode> state = new MatcherState<>();
      for (JsonNode event : aCase.json().path("events")) {
        long timestamp = event.get("ts").asLong();
        advancing = true;
        matcher.advanceTime(state, timestamp, this);
        advancing = false;
        matcher.offer(state, event, timestamp, this);
      }
    }

    /** Equal events are interchangeable: results refer to the first of them. */
    private void numberEvents(JsonNode events) {
      Map<JsonNode, Integer> firsts = new HashMap<>();
      for (JsonNode event : events) {
        ObjectNode content = event.deepCopy();
        int index = content.remove("i").asInt();
        canonical.put(index, firsts.computeIfAbsent(content, key -> index));
      }
    }

    private int index(JsonNode event) {
      return canonical.get(event.get("i").asInt());
    }

    @Override
    public void match(Match<JsonNode> match) {
      List<Integer> indexes = new ArrayList<>();
      match.events().forEach(event -> indexes.add(index(event)));
      indexes.sort(null);
      matches.add(indexes.toString());
      (advancing ? pendingMaps : matchMaps).add(map(match));
    }

    @Override
    public void timeout(Match<JsonNode> partial, long timestamp) {
      timeouts.add(map(partial) + "@" + timestamp);
    }

    @Override
    public void dropped(Dropped what, int count) {
      throw new IllegalStateException("without limits, dropped " + count + " " + what);
    }

    private String map(Match<JsonNode> match) {
      Map<String, List<Integer>> map = new TreeMap<>();
      for (int i = 0; i < match.size(); i++) {
        map.computeIfAbsent(names.get(match.stageOf(i)), name -> new ArrayList<>())
            .add(index(match.event(i)));
      }
      map.values().forEach(list -> list.sort(null));
      return map.toString();
    }

    /** The first difference to what the case expects, or null. */
    String difference(JsonNode json) {
      String difference = null;
      if (json.has("expected")) {
        List<String> expected = new ArrayList<>();
        json.get("expected").forEach(match -> expected.add(indexes(match).toString()));
        difference = compare("matches", expected, matches);
      }
      if (difference == null && json.has("expected_timeouts")) {
        List<String> expected = new ArrayList<>();
        for (JsonNode timeout : json.get("expected_timeouts")) {
          expected.add(stages(timeout.get("match")) + "@" + timeout.get("ts").asLong());
        }
        difference = compare("timeouts", expected, timeouts);
      }
      if (difference == null && json.has("expected_pending_maps")) {
        List<String> expected = new ArrayList<>();
        json.get("expected_pending_maps").forEach(map -> expected.add(stages(map)));
        difference = compare("matches by passing time", expected, pendingMaps);
      }
      if (difference == null && json.has("expected_count")) {
        difference = counts(json.get("expected_count"));
      }
      return difference;
    }

    private String counts(JsonNode expected) {
      for (Map.Entry<String, JsonNode> count : expected.properties()) {
        int found =
            switch (count.getKey()) {
              case "matches" -> matches.size();
              case "timeouts" -> timeouts.size();
              case "pending" -> pendingMaps.size();
              default -> throw new IllegalArgumentException("unknown count " + count.getKey());
            };
        if (found != count.getValue().asInt()) {
          return "expected " + count.getValue() + " " + count.getKey() + ", found " + found;
        }
      }
      return null;
    }

    private static String compare(String what, List<String> expected, List<String> found) {
      expected.sort(null);
      List<String> sorted = new ArrayList<>(found);
      sorted.sort(null);
      return expected.equals(sorted)
          ? null
          : "expected " + what + " " + expected + ", found " + sorted;
    }

    private List<Integer> indexes(JsonNode array) {
      List<Integer> indexes = new ArrayList<>();
      array.forEach(index -> indexes.add(canonical.get(index.asInt())));
      indexes.sort(null);
      return indexes;
    }

    private String stages(JsonNode map) {
      Map<String, List<Integer>> stages = new TreeMap<>();
      for (Map.Entry<String, JsonNode> stage : map.properties()) {
        stages.put(stage.getKey(), indexes(stage.getValue()));
      }
      return stages.toString();
    }
  }
}
