package io.tidegate.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.event.Event;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ExpressionLawsTest {
  private static final String[] TYPES = {"boolean", "long", "double", "string"};

  @Property(tries = 5_000)
  void compiledTreesGiveWhatPlainEvaluationGives(@ForAll long seed) {
    Random random = new Random(seed);
    int[] streams = random.nextBoolean() ? Fixture.ONE : Fixture.TWO;
    Trees trees = new Trees(random, random.nextBoolean());
    JsonNode tree = trees.tree(TYPES[random.nextInt(TYPES.length)], 4);
    Expression compiled = Expressions.compile(tree, Fixture.context(streams));
    Scope scope = new Scope();
    for (int i = 0; i < 10; i++) {
      Event event = trees.event(streams[random.nextInt(streams.length)]);
      Fixture.Matched matched = trees.matched();
      Object expected = new Oracle(event, matched).evaluate(tree);
      Object found = compiled.value(scope.condition(event, matched));
      assertThat(found).as("%s%n of %s", tree, event).isEqualTo(expected);
      assertThat(scope.unknown).isFalse();
      assertThat(compiled.isNull(scope)).isEqualTo(expected == null);
    }
  }

  @Property(tries = 1_000)
  void negationOfAConjunctionIsTheDisjunctionOfNegations(@ForAll long seed) {
    Random random = new Random(seed);
    Trees trees = new Trees(random, true);
    JsonNode a = trees.tree("boolean", 3);
    JsonNode b = trees.tree("boolean", 3);
    Expression left = Fixture.compile(not(call("and", a, b)));
    Expression right = Fixture.compile(call("or", Fixture.json(not(a)), Fixture.json(not(b))));
    Expression leftOr = Fixture.compile(not(call("or", a, b)));
    Expression rightAnd = Fixture.compile(call("and", Fixture.json(not(a)), Fixture.json(not(b))));
    for (int i = 0; i < 5; i++) {
      Scope scope = new Scope().condition(trees.event(0), trees.matched());
      assertThat(left.asTruth(scope)).isEqualTo(right.asTruth(scope));
      assertThat(leftOr.asTruth(scope)).isEqualTo(rightAnd.asTruth(scope));
    }
  }

  @Property(tries = 2_000)
  void aStageTakesAnEventExactlyWhereItsConditionIsTrue(@ForAll long seed) {
    Random random = new Random(seed);
    Trees trees = new Trees(random, random.nextInt(3) > 0);
    JsonNode tree = trees.tree("boolean", 4);
    StageCondition condition =
        StageCondition.of(Fixture.compile(tree.toString()), Fixture.ONE, Fixture.TYPES.length);
    for (int i = 0; i < 5; i++) {
      Event event = trees.event(0);
      Fixture.Matched matched = trees.matched();
      boolean expected = Boolean.TRUE.equals(new Oracle(event, matched).evaluate(tree));
      assertThat(condition.test(event, matched)).as("%s of %s", tree, event).isEqualTo(expected);
      if (expected) {
        assertThat(condition.mayAccept(event)).isTrue();
      }
      if (!condition.readsMatched()) {
        assertThat(condition.test(event, trees.matched())).isEqualTo(expected);
      }
      assertThat(condition.test(trees.event(1), matched)).as("of another stream").isFalse();
    }
  }

  @Property(tries = 500)
  void aNullOperandMakesArithmeticAndComparisonsNull(@ForAll long seed) {
    Random random = new Random(seed);
    Trees trees = new Trees(random, true);
    JsonNode any = trees.tree("double", 3);
    JsonNode missing = Fixture.json("{'literal':null,'type':'double'}");
    for (String name :
        new String[] {"add", "sub", "mul", "div", "mod", "pow", "min", "max", "eq", "lt", "ge"}) {
      String type = name.length() == 2 && !name.startsWith("m") ? "boolean" : "double";
      Scope scope = new Scope().condition(trees.event(0), trees.matched());
      for (JsonNode[] pair : new JsonNode[][] {{any, missing}, {missing, any}}) {
        String tree =
            "{'call':'"
                + name
                + "','args':["
                + pair[0]
                + ","
                + pair[1]
                + "],'type':'"
                + type
                + "'}";
        assertThat(Fixture.compile(tree).value(scope)).as(tree).isNull();
      }
    }
  }

  private static String call(String name, JsonNode a, JsonNode b) {
    return "{'call':'" + name + "','args':[" + a + "," + b + "],'type':'boolean'}";
  }

  private static String not(Object term) {
    return "{'call':'not','args':[" + term + "],'type':'boolean'}";
  }
}
