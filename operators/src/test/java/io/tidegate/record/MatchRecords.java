package io.tidegate.record;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Records for tests: arbitrary ones, and one to start from. */
public final class MatchRecords {
  private MatchRecords() {}

  /** A match with the given id and window. */
  public static MatchRecord match(String matchId, WindowCut window) {
    return new MatchRecord(
        new RuleReference("spike", 1, "f00d", "high", false),
        "robot-1",
        matchId,
        1_000,
        2_000,
        MatchRecord.NOT_TIMED_OUT,
        5_000,
        Map.of("total", 2.5),
        "robot-1 spiked",
        List.of(new MatchedEvent("a", "joints", 2_000, new Position("t", 0, 7), "robot-1|2000")),
        window);
  }

  /** Any record, texts beyond ASCII and NaN included. */
  public static Arbitrary<MatchRecord> any() {
    Arbitrary<RuleReference> rules =
        Combinators.combine(
                text(), Arbitraries.integers(), text(), text(), Arbitraries.of(true, false))
            .as(RuleReference::new);
    Arbitrary<List<Long>> times = Arbitraries.longs().list().ofSize(4);
    return Combinators.combine(
            rules,
            text(),
            times,
            measures(),
            text(),
            events(),
            Combinators.combine(text(), windows()).as(Map::entry))
        .as(
            (rule, key, time, measures, summary, events, idAndWindow) ->
                new MatchRecord(
                    rule,
                    key,
                    idAndWindow.getKey(),
                    time.get(0),
                    time.get(1),
                    time.get(2),
                    time.get(3),
                    measures,
                    summary,
                    events,
                    idAndWindow.getValue()));
  }

  private static Arbitrary<String> text() {
    return Arbitraries.strings()
        .all()
        .excludeChars('\ud800')
        .ofMaxLength(20)
        .map(MatchRecords::valid);
  }

  // A lone surrogate is not text: UTF-8 has no form for it.
  private static String valid(String text) {
    return new String(
        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  private static Arbitrary<Map<String, Object>> measures() {
    Arbitrary<Object> values =
        Arbitraries.oneOf(
            Arbitraries.doubles().asGeneric(),
            Arbitraries.of(Double.NaN, Double.NEGATIVE_INFINITY).asGeneric(),
            Arbitraries.longs().asGeneric(),
            text().asGeneric(),
            Arbitraries.of(true, false).asGeneric(),
            Arbitraries.just(null));
    return Combinators.combine(text().list().uniqueElements().ofMaxSize(5), values.list().ofSize(5))
        .as(
            (names, all) -> {
              Map<String, Object> measures = new LinkedHashMap<>();
              for (int i = 0; i < names.size(); i++) {
                measures.put(names.get(i), all.get(i));
              }
              return measures;
            });
  }

  private static Arbitrary<Position> positions() {
    return Combinators.combine(text(), Arbitraries.integers(), Arbitraries.longs())
        .as(Position::new);
  }

  private static Arbitrary<List<MatchedEvent>> events() {
    return Combinators.combine(text(), text(), Arbitraries.longs(), positions(), text())
        .as(MatchedEvent::new)
        .list()
        .ofMaxSize(4);
  }

  private static Arbitrary<WindowCut> windows() {
    Arbitrary<float[]> values = Arbitraries.floats().array(float[].class).ofMaxSize(30);
    Arbitrary<Long> times = Arbitraries.longs();
    Arbitrary<WindowCut> ok =
        Combinators.combine(values, times, times, positions(), positions())
            .as((v, s, e, first, last) -> new WindowCut(WindowStatus.OK, v, s, e, first, last));
    Arbitrary<WindowCut> short_ =
        Combinators.combine(times, times, positions(), positions())
            .as(
                (s, e, first, last) ->
                    new WindowCut(WindowStatus.SHORT_HISTORY, null, s, e, first, last));
    return Arbitraries.oneOf(ok, short_, Arbitraries.just(WindowCut.NONE));
  }
}
