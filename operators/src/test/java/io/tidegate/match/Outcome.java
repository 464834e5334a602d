package io.tidegate.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What a matcher puts out step by step, as text that compares. */
final class Outcome implements MatchOutput<TestEvent> {
  /** Whether the run was given up, so that what was found is not all. */
  boolean isPartial;

  private final Function<Integer, String> stageName;
  private final List<String> lines = new ArrayList<>();
  private final List<String> inOrder = new ArrayList<>();
  private String step = "";

  Outcome(List<String> stageNames) {
    this.stageName = stageNames::get;
  }

  /** Names what is done next; what comes out then is counted to it. */
  void step(String step) {
    this.step = step;
  }

  @Override
  public void match(Match<TestEvent> match) {
    match(map(match));
  }

  @Override
  public void timeout(Match<TestEvent> partial, long timestamp) {
    timeout(map(partial), timestamp);
  }

  @Override
  public void dropped(Dropped what, int count) {
    add("dropped " + count + " " + what);
  }

  void match(Map<String, List<TestEvent>> match) {
    add("match " + text(match));
  }

  void timeout(Map<String, List<TestEvent>> partial, long timestamp) {
    add("timeout " + text(partial) + " at " + timestamp);
  }

  private void add(String what) {
    lines.add(step + " " + what);
    inOrder.add(what);
  }

  private Map<String, List<TestEvent>> map(Match<TestEvent> match) {
    Map<String, List<TestEvent>> map = new TreeMap<>();
    for (int i = 0; i < match.size(); i++) {
      map.computeIfAbsent(stageName.apply(match.stageOf(i)), name -> new ArrayList<>())
          .add(match.event(i));
    }
    return map;
  }

  static String text(Map<String, List<TestEvent>> match) {
    StringBuilder text = new StringBuilder("{");
    for (Map.Entry<String, List<TestEvent>> stage : new TreeMap<>(match).entrySet()) {
      text.append(text.length() > 1 ? " " : "").append(stage.getKey()).append('=');
      List<TestEvent> events = stage.getValue();
      for (int i = 0; i < events.size(); i++) {
        text.append(i > 0 ? "," : "").append(events.get(i).id());
      }
    }
    return text.append('}').toString();
  }

  /** What came out at each step, in no order within a step. */
  List<String> sorted() {
    List<String> sorted = new ArrayList<>(lines);
    sorted.sort(null);
    return sorted;
  }

  /** Everything in the order in which it came out. */
  List<String> inOrder() {
    return inOrder;
  }
}
