package io.tidegate.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.event.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThreeValuedLogicTest {
  private static final String[] NAMES = {"false", "true", "null"};

  /** A comparison of a field that is false, true or unknown for {@link #event}. */
  private static String term(int truth, boolean constant) {
    if (constant) {
      return "{'literal':" + NAMES[truth] + ",'type':'boolean'}";
    }
    String field = truth == Truth.UNKNOWN ? "count" : "amount";
    String literal =
        truth == Truth.UNKNOWN
            ? "{'literal':1,'type':'long'}"
            : "{'literal':" + (truth == Truth.TRUE ? 1 : 9) + ",'type':'double'}";
    String type = truth == Truth.UNKNOWN ? "long" : "double";
    return "{'call':'gt','args':[{'field':'"
        + field
        + "','type':'"
        + type
        + "'},"
        + literal
        + "],'type':'boolean'}";
  }

  private static final Event EVENT = Fixture.event(0, "c1", 5.0, null, 0L, "Oslo", true);

  private static int evaluate(String tree) {
    return Fixture.compile(tree).asTruth(new Scope().condition(EVENT, Fixture.Matched.none()));
  }

  @ParameterizedTest
  @CsvSource({
    // Kleene's tables; 0 false, 1 true, 2 unknown
    "0,0,0,0",
    "0,1,0,1",
    "0,2,0,2",
    "1,0,0,1",
    "1,1,1,1",
    "1,2,2,1",
    "2,0,0,2",
    "2,1,2,1",
    "2,2,2,2"
  })
  void followsKleenesTables(int a, int b, int and, int or) {
    for (boolean constantA : new boolean[] {false, true}) {
      for (boolean constantB : new boolean[] {false, true}) {
        String args = "'args':[" + term(a, constantA) + "," + term(b, constantB) + "]";
        assertThat(evaluate("{'call':'and'," + args + ",'type':'boolean'}")).isEqualTo(and);
        assertThat(evaluate("{'call':'or'," + args + ",'type':'boolean'}")).isEqualTo(or);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void negatesTheTwoKnownValues(int truth) {
    int expected = truth == Truth.UNKNOWN ? Truth.UNKNOWN : 1 - truth;
    for (boolean constant : new boolean[] {false, true}) {
      assertThat(evaluate("{'call':'not','args':[" + term(truth, constant) + "],'type':'boolean'}"))
          .isEqualTo(expected);
    }
  }

  @Test
  void nullOnTheLeftSurvivesACoalesceOnTheRight() {
    // count is null; coalesce(count, 1) is not, and must not hide that the sum is null.
    String count = "{'field':'count','type':'long'}";
    String sum =
        "{'call':'add','args':["
            + count
            + ",{'call':'coalesce','args':["
            + count
            + ",{'literal':1,'type':'long'}],'type':'long'}],'type':'long'}";
    assertThat(Fixture.compile(sum).value(scope())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"div", "mod"})
  void divisionByZeroIsNull(String call) {
    for (String type :
        call.equals("div") ? new String[] {"double"} : new String[] {"double", "long"}) {
      String tree =
          "{'call':'"
              + call
              + "','args':[{'literal':3,'type':'"
              + type
              + "'},{'literal':0,'type':'"
              + type
              + "'}],'type':'"
              + type
              + "'}";
      assertThat(Fixture.compile(tree).value(scope())).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'Oslo';'Rome','Oslo';true",
        "'Oslo';'Rome','Bonn';false",
        "'Oslo';'Rome',null;null",
        "'Oslo';'Oslo',null;true",
        "null;'Oslo','Rome';null"
      },
      quoteCharacter = '`')
  void inIsUnknownWhenANullOptionMightHaveBeenIt(String value, String options, String expected) {
    StringBuilder args = new StringBuilder();
    for (String option : options.split(",")) {
      args.append(",{'literal':").append(option).append(",'type':'string'}");
    }
    String tree =
        "{'call':'in','args':[{'literal':"
            + value
            + ",'type':'string'}"
            + args
            + "],'type':'boolean'}";
    assertThat(String.valueOf(Fixture.compile(tree).value(scope()))).isEqualTo(expected);
  }

  private static Scope scope() {
    return new Scope().condition(EVENT, Fixture.Matched.none());
  }
}
