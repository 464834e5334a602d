package io.tidegate.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.event.Event;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What a condition says about the fields of an event before it is asked. */
class DomainsTest {
  private static final FieldPlace AMOUNT = new FieldPlace(1, 0, true);
  private static final FieldPlace COUNT = new FieldPlace(2, 1, false);
  private static final FieldPlace PLACE = new FieldPlace(4, 1, false);
  private static final FieldPlace ONLINE = new FieldPlace(5, 3, false);

  @Property(tries = 10_000)
  void anEventThatIsTakenIsInTheDomains(@ForAll long seed) {
    Random random = new Random(seed);
    int[] streams = random.nextBoolean() ? Fixture.ONE : Fixture.TWO;
    Trees trees = new Trees(random, random.nextInt(3) == 0);
    JsonNode tree = trees.tree("boolean", 4);
    Expression compiled = Expressions.compile(tree, Fixture.context(streams));
    StageCondition condition = StageCondition.of(compiled, streams, Fixture.TYPES.length);
    for (int i = 0; i < 10; i++) {
      Event event = trees.event(random.nextInt(2));
      if (condition.mayAccept(event)) {
        assertThat(admits(condition.domains(event.stream), event))
            .as("%s of %s", tree, event)
            .isTrue();
      }
    }
  }

  private static boolean admits(Domains domains, Event event) {
    return !domains.isNever()
        && domains.byField().entrySet().stream()
            .allMatch(entry -> contains(entry.getValue(), entry.getKey(), event));
  }

  private static boolean contains(FieldDomain domain, FieldPlace place, Event event) {
    if (event.isNull(place.field())) {
      return false;
    }
    if (domain.texts() != null) {
      return domain.texts().contains(event.stringAt(place.slot()));
    }
    long value =
        place.isDouble()
            ? FieldDomain.ordered(event.doubleAt(place.slot()))
            : event.longAt(place.slot());
    long[] ranges = domain.ranges();
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] <= value && value <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }

  @Example
  void comparisonsWithConstantsNameTheirValues() {
    assertThat(domains(compare("gt", "amount", "double", "5.0")))
        .containsExactly(
            Map.entry(
                AMOUNT,
                FieldDomain.range(
                    FieldDomain.ordered(Math.nextUp(5.0)),
                    FieldDomain.ordered(Double.POSITIVE_INFINITY))));
    assertThat(domains(compare("lt", "count", "long", "2.5")))
        .containsExactly(Map.entry(COUNT, FieldDomain.range(Long.MIN_VALUE, 2)));
    assertThat(domains(compare("eq", "place", "string", "'Oslo'")).get(PLACE).texts())
        .containsExactly("Oslo");
    assertThat(domains(call("not", field("online", "boolean"))))
        .containsExactly(Map.entry(ONLINE, FieldDomain.range(0, 0)));
  }

  @Example
  void alternativesAreJoinedAndConjunctsIntersected() {
    String small = compare("le", "count", "long", "1");
    String large = compare("ge", "count", "long", "9");
    assertThat(domains(call("or", small, large)))
        .containsExactly(
            Map.entry(
                COUNT,
                FieldDomain.range(Long.MIN_VALUE, 1).or(FieldDomain.range(9, Long.MAX_VALUE))));
    assertThat(of(call("and", small, large)).isNever()).isTrue();
    assertThat(domains(call("not", call("or", small, large))))
        .containsExactly(Map.entry(COUNT, FieldDomain.range(2, 8)));
    String here = compare("eq", "place", "string", "'Rome'");
    assertThat(domains(call("and", small, here))).containsOnlyKeys(COUNT, PLACE);
    assertThat(domains(call("or", small, here))).isEmpty();
  }

  @Example
  void aStageRefusesEventsOfOtherStreams() {
    StageCondition any = StageCondition.of(null, Fixture.ONE, Fixture.TYPES.length);
    assertThat(any.domains(0).byField()).isEmpty();
    assertThat(any.domains(1).isNever()).isTrue();
  }

  private static Map<FieldPlace, FieldDomain> domains(String tree) {
    return of(tree).byField();
  }

  private static Domains of(String tree) {
    return StageCondition.of(Fixture.compile(tree), Fixture.ONE, Fixture.TYPES.length).domains(0);
  }

  private static String field(String name, String type) {
    return "{'field':'" + name + "','type':'" + type + "'}";
  }

  private static String compare(String op, String name, String type, String literal) {
    String literalType = literal.contains(".") ? "double" : type;
    return call(op, field(name, type), "{'literal':" + literal + ",'type':'" + literalType + "'}");
  }

  private static String call(String name, String... arguments) {
    return "{'call':'" + name + "','type':'boolean','args':[" + String.join(",", arguments) + "]}";
  }
}
