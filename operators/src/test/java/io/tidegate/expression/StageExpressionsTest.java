package io.tidegate.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import io.tidegate.event.Field;
import io.tidegate.event.FieldType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageExpressionsTest {
  /** Stage a: 1.5, null, -0.0, 0.0; stage b: the charge 2.5, the refund 4. */
  private static final Fixture.Matched MATCHED =
      new Fixture.Matched(
          List.of(
              Fixture.charge(1.5), Fixture.charge(null), Fixture.charge(-0.0), Fixture.charge(0.0)),
          List.of(
              Fixture.charge(2.5),
              Fixture.event(1, true, "Rome", "broken", 60_000L, 7L, 4L, "c1")));

  private static Object value(String tree) {
    return Fixture.measure(tree).value(new Scope().match(MATCHED, "c1", 1_000, 5_000));
  }

  @ParameterizedTest
  @CsvSource({
    "a,sum,1.5",
    "a,min,0.0",
    "a,max,1.5",
    "a,avg,0.5",
    "b,sum,6.5",
    "b,min,2.5",
    "b,max,4.0",
    "b,avg,3.25"
  })
  void aggregatesLeaveNullsOutAndReadEachStreamsOwnField(
      String stage, String aggregate, double expected) {
    Object found =
        value(
            "{'stage':'"
                + stage
                + "','aggregate':'"
                + aggregate
                + "','field':'amount','type':'double'}");
    assertThat((Double) found).isEqualTo(expected, within(0.0));
  }

  @Test
  void distinctCountsEqualValuesOnce() {
    assertThat(value("{'stage':'a','aggregate':'distinct','field':'amount','type':'long'}"))
        .as("1.5 and the two zeros, which compare equal")
        .isEqualTo(2L);
    assertThat(value("{'stage':'b','aggregate':'distinct','field':'place','type':'long'}"))
        .isEqualTo(2L);
  }

  @Test
  void countsEveryEventAndSumsLongsAsLongs() {
    assertThat(value("{'stage':'a','aggregate':'count','type':'long'}")).isEqualTo(4L);
    assertThat(value("{'stage':'b','aggregate':'sum','field':'count','type':'long'}"))
        .isEqualTo(10L);
  }

  @ParameterizedTest
  @CsvSource({"'first',2.5", "'last',4.0", "0,2.5", "1,4.0", "-1,4.0", "-2,2.5", "2,", "-3,"})
  void selectsEventsFromBothEnds(String select, Double expected) {
    String quoted = select.matches("-?\\d") ? select : "'" + select + "'";
    assertThat(value("{'stage':'b','select':" + quoted + ",'field':'amount','type':'double'}"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"sum,0.0", "min,", "max,", "avg,"})
  void aggregatesOfNothing(String aggregate, Double expected) {
    Expression expression =
        Fixture.measure(
            "{'stage':'a','aggregate':'" + aggregate + "','field':'amount','type':'double'}");
    Scope scope = new Scope().match(Fixture.Matched.none(), "", 0, 0);
    assertThat(expression.value(scope)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"start,timestamp,1000", "end,timestamp,5000", "duration,long,4000"})
  void measuresKnowTheMatchesTime(String part, String type, long expected) {
    assertThat(value("{'match':'" + part + "','type':'" + type + "'}")).isEqualTo(expected);
  }

  @Test
  void theKeyIsTheEventsInAConditionAndTheMatchsInAMeasure() {
    String key = "{'key':true,'type':'string'}";
    assertThat(value(key)).isEqualTo("c1");
    Scope scope = new Scope().condition(Fixture.charge(1.0), MATCHED);
    assertThat(Fixture.compile(key).value(scope)).isEqualTo("key of 0");
  }

  @Test
  void readsAFieldThatTwoStreamsKeepAtOnePlaceWithTwoTypes() {
    EventType[] types = {
      EventType.of("metres", new Field("height", FieldType.DOUBLE, false)),
      EventType.of("steps", new Field("height", FieldType.LONG, false))
    };
    CompileContext context =
        new CompileContext(types, new int[] {0, 1}, Map.of(), new Parameters(Map.of()), e -> "");
    Expression height =
        Expressions.compile(Fixture.json("{'field':'height','type':'double'}"), context);
    Event metres =
        new Event(
            types[0], 0, 0, 0, 0, 0, new long[] {Double.doubleToRawLongBits(1.5)}, null, null);
    Event steps = new Event(types[1], 1, 0, 0, 0, 0, new long[] {3}, null, null);
    assertThat(height.value(new Scope().condition(metres, null))).isEqualTo(1.5);
    assertThat(height.value(new Scope().condition(steps, null))).isEqualTo(3.0);
  }

  @ParameterizedTest
  @CsvSource({
    // 1970-01-01T00:00Z was a Thursday; 2018-04-01T13:59:59Z a Sunday
    "0,0,3",
    "-1,23,2",
    "1522591199000,13,6"
  })
  void calendarFunctionsAreInUtc(long ts, long hour, long day) {
    String time = "{'literal':" + ts + ",'type':'timestamp'}";
    assertThat(value("{'call':'hour','args':[" + time + "],'type':'long'}")).isEqualTo(hour);
    assertThat(value("{'call':'day_of_week','args':[" + time + "],'type':'long'}")).isEqualTo(day);
  }

  @Test
  void haversineGivesGreatCircles() {
    // One degree of a great circle: 2 pi R / 360.
    assertThat(Geography.distanceKm(0, 10, 0, 11)).isCloseTo(111.195_08, within(1e-4));
    assertThat(Geography.distanceKm(90, 0, -90, 77)).isCloseTo(Math.PI * 6371.0088, within(1e-6));
    assertThat(Geography.distanceKm(52.52, 13.405, 52.52, 13.405)).isZero();
    // Berlin to Paris, about 878 km.
    assertThat(Geography.distanceKm(52.52, 13.405, 48.8566, 2.3522)).isCloseTo(877.5, within(1.0));
  }

  @ParameterizedTest
  @CsvSource({"2.5,2.0", "3.5,4.0", "-2.5,-2.0", "2.4,2.0"})
  void roundsHalvesToTheEvenNeighbour(double value, double expected) {
    String call = "{'call':'round','args':[{'literal':" + value + ",'type':'double'}],'type':'";
    assertThat(value(call + "double'}")).isEqualTo(expected);
    assertThat(value(call + "long'}")).isEqualTo((long) expected);
  }

  @Test
  void timestampsSubtractToMillisecondsAndShiftByThem() {
    String refund = "{'stage':'b','select':'last','field':'ts','type':'timestamp'}";
    String charge = "{'stage':'b','select':'first','field':'ts','type':'timestamp'}";
    assertThat(value("{'call':'sub','args':[" + refund + "," + charge + "],'type':'long'}"))
        .isEqualTo(60_000L);
    assertThat(
            value(
                "{'call':'sub','args':["
                    + refund
                    + ",{'literal':1,'type':'long'}],'type':'timestamp'}"))
        .isEqualTo(59_999L);
  }
}
