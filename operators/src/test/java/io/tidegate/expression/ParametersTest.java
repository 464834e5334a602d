package io.tidegate.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ParametersTest {
  private static final String[] OPERATORS = {"eq", "ne", "lt", "le", "gt", "ge"};

  private static Map<String, Parameters.Definition> read(String json) {
    return Parameters.read(Fixture.json(json));
  }

  private static CompileContext context(Parameters parameters) {
    CompileContext context = Fixture.context(Fixture.ONE);
    return new CompileContext(
        context.types(), context.current(), context.stages(), parameters, context.keyOf());
  }

  private static Expression compile(String tree, Parameters parameters) {
    return Expressions.compile(Fixture.json(tree), context(parameters));
  }

  private static Object value(Expression expression, Double amount) {
    return expression.value(new Scope().condition(Fixture.charge(amount), Fixture.Matched.none()));
  }

  @Example
  void aKeyWithAValueOfItsOwnSeesItAndTheOthersTheDefault() {
    Parameters parameters =
        new Parameters(
            read("{'limit':{'default':10.0,'type':'double','by_key':{'A':2.0,'B':20.0}}}"));
    Expression above =
        compile(
            "{'call':'gt','type':'boolean','args':[{'field':'amount','type':'double'},"
                + "{'parameter':'limit','type':'double'}]}",
            parameters);

    assertThat(value(above, 5.0)).isEqualTo(false);
    parameters.select("A");
    assertThat(value(above, 5.0)).isEqualTo(true);
    parameters.select("B");
    assertThat(value(above, 15.0)).isEqualTo(false);
    parameters.select("C");
    assertThat(value(above, 15.0)).isEqualTo(true);
  }

  @Example
  void whatIsComputedFromParametersFollowsThem() {
    Parameters parameters =
        new Parameters(read("{'limit':{'default':10,'type':'long','by_key':{'A':0,'B':5}}}"));
    Expression above =
        compile(
            "{'call':'gt','type':'boolean','args':[{'field':'amount','type':'double'},"
                + "{'call':'div','type':'double','args':[{'literal':100,'type':'long'},"
                + "{'parameter':'limit','type':'long'}]}]}",
            parameters);

    assertThat(value(above, 11.0)).isEqualTo(true);
    parameters.select("A");
    assertThat(value(above, 11.0)).as("100 / 0 is null").isNull();
    parameters.select("B");
    assertThat(value(above, 11.0)).isEqualTo(false);
    assertThat(value(above, 21.0)).isEqualTo(true);
  }

  @Example
  void valuesOfOtherTypesAreRefused() {
    assertThatThrownBy(() -> read("{'limit':{'default':'x','type':'double'}}"))
        .hasMessage("parameter 'limit': \"x\" is not a double");
    assertThatThrownBy(() -> read("{'limit':{'default':1,'type':'long','by_key':{'A':1.5}}}"))
        .hasMessage("parameter 'limit', key 'A': 1.5 is not a long");
    assertThatThrownBy(() -> read("{'limit':{'default':1,'type':'decimal'}}"))
        .hasMessageContaining("parameter 'limit': no field type 'decimal'");
  }

  /** A comparison with a parameter is what the comparison with its value as a literal is. */
  @Property(tries = 500)
  void aParameterActsAsTheLiteralOfItsValue(
      @ForAll("numbers") double first,
      @ForAll("numbers") double then,
      @ForAll("numbers") double x) {
    Parameters parameters =
        new Parameters(
            Map.of(
                "limit",
                new Parameters.Definition(
                    FieldType.DOUBLE, 0.0, Map.of("first", first, "then", then))));
    Event event = Fixture.charge(x);
    Scope scope = new Scope().condition(event, Fixture.Matched.none());
    List<Expression> withParameter =
        java.util.Arrays.stream(OPERATORS)
            .map(op -> compile(comparison(op, "{'parameter':'limit','type':'double'}"), parameters))
            .toList();
    for (String key : List.of("first", "then", "other")) {
      parameters.select(key);
      for (int i = 0; i < OPERATORS.length; i++) {
        Expression expected =
            Comparisons.generic(
                Comparison.of(OPERATORS[i]),
                compile("{'field':'amount','type':'double'}", parameters),
                compile("{'parameter':'limit','type':'double'}", parameters));
        assertThat(withParameter.get(i).value(scope))
            .as("%s %s the value of %s", x, OPERATORS[i], key)
            .isEqualTo(expected.value(scope));
      }
    }
  }

  private static String comparison(String op, String right) {
    return "{'call':'"
        + op
        + "','type':'boolean','args':[{'field':'amount','type':'double'},"
        + right
        + "]}";
  }

  @Provide
  Arbitrary<Double> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            0.0,
            -0.0,
            1.0,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MAX_VALUE,
            Double.MIN_VALUE),
        Arbitraries.doubles().between(-3, 3).ofScale(1));
  }
}
