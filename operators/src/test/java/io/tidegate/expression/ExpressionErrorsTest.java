package io.tidegate.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{'field':'amout','type':'double'};stream charges has no field 'amout'; it has [card, amount",
        "{'field':'amount','type':'string'};field 'amount' is double, but is declared as string",
        "{'field':'amount'};an expression without a type",
        "{'field':'amount','type':'decimal'};no field type 'decimal'",
        "{'type':'double'};no expression",
        "{'stage':'c','aggregate':'count','type':'long'};no stage 'c'; there are [a, b]",
        "{'stage':'a','aggregate':'median','field':'amount','type':'double'};'median' is no aggregate",
        "{'stage':'a','aggregate':'sum','field':'place','type':'string'};sum takes numbers, found string",
        "{'stage':'a','select':'middle','field':'amount','type':'double'};expected \"first\"",
        "{'parameter':'limt','type':'double'};no parameter 'limt'; there are [city, limit]",
        "{'parameter':'city','type':'double'};parameter 'city' is string, but is declared as double",
        "{'literal':'x','type':'long'};\"x\" is not a long",
        "{'literal':1.5,'type':'long'};1.5 is not a long",
        "{'call':'sine','args':[],'type':'double'};no function 'sine'",
        "{'call':'not','args':[],'type':'boolean'};not takes 1 argument(s), found 0",
        "{'match':'start','type':'timestamp'};known for a whole match only"
      })
  void namesWhatIsWrong(String tree, String message) {
    assertThatThrownBy(() -> Fixture.compile(tree))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "eq,string,double,cannot compare string with double",
    "lt,timestamp,long,cannot compare timestamp with long",
    "add,string,string,'add takes numbers, found string'",
    "add,timestamp,timestamp,'add takes numbers, found timestamp'",
    "and,boolean,double,'and takes boolean operands, found double'",
    "contains,string,long,'contains takes strings, found long'",
    "coalesce,string,long,'coalesce takes values of one type, found string and long'"
  })
  void refusesOperandsThatDoNotGoTogether(String call, String left, String right, String message) {
    String tree =
        "{'call':'"
            + call
            + "','args':[{'literal':null,'type':'"
            + left
            + "'},{'literal':null,'type':'"
            + right
            + "'}],'type':'boolean'}";
    assertThatThrownBy(() -> Fixture.compile(tree))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aMeasureHasNoCurrentEvent() {
    assertThatThrownBy(() -> Fixture.measure("{'field':'amount','type':'double'}"))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("name a stage");
  }

  @Test
  void aStageCannotReadAFieldThatOneOfItsStreamsLacks() {
    assertThatThrownBy(
            () ->
                Expressions.compile(
                    Fixture.json("{'field':'amount','type':'double'}"),
                    Fixture.context(new int[] {0, 2})))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("stream logins has no field 'amount'");
  }

  @Test
  void aConditionIsBoolean() {
    Expression amount = Fixture.compile("{'field':'amount','type':'double'}");
    assertThatThrownBy(() -> StageCondition.of(amount, Fixture.ONE, 3))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("a condition is boolean, found double");
    assertThat(StageCondition.of(null, Fixture.ONE, 3).test(Fixture.charge(1.0), null)).isTrue();
  }
}
