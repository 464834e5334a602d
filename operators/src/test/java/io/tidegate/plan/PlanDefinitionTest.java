package io.tidegate.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.match.Contiguity;
import io.tidegate.match.SkipStrategy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanDefinitionTest {
  private static final String STAGE = "/rules/1/pattern/stages/1";

  @Test
  void readsTheFraudPlan() {
    PlanDefinition plan = PlanDefinition.parse(Plans.golden("fraud"));
    assertThat(plan.name()).isEqualTo("fraud");
    assertThat(plan.streams()).hasSize(1);
    assertThat(plan.streams()[0].outOfOrdernessMs()).isEqualTo(5_000);
    assertThat(plan.keys()).hasSize(1);
    assertThat(plan.rules())
        .extracting(RuleDefinition::id)
        .containsExactly(
            "geographic_impossibility", "card_testing", "velocity", "impossible_travel");
    RuleDefinition rule = plan.rules().get(0);
    assertThat(rule.stageNames()).containsExactly("first", "second", "third");
    assertThat(rule.pattern().withinMillis()).isEqualTo(300_000);
    assertThat(rule.pattern().stages())
        .extracting(stage -> stage.contiguity())
        .containsExactly(Contiguity.BEGIN, Contiguity.RELAXED, Contiguity.RELAXED);
    assertThat(rule.measures()).extracting(Measure::name).containsExactly("total", "minutes");
    assertThat(rule.reads(0)).isTrue();
    assertThat(plan.window()).isNull();
    assertThat(plan.model()).isNull();
    assertThat(plan.sinks().exactlyOnce()).isFalse();
  }

  @Test
  void readsTheCobotPlanWithItsWindowAndModel() {
    PlanDefinition plan = PlanDefinition.parse(Plans.golden("cobot"));
    JsonNode json = Plans.tree("cobot");
    assertThat(plan.window().length()).isEqualTo(json.at("/window/length").asInt());
    assertThat(plan.window().channelCount()).isEqualTo(json.at("/window/channels").size());
    assertThat(plan.model().sha256()).isEqualTo(json.at("/model/sha256").asText());
    assertThat(plan.model().batchSize()).isEqualTo(json.at("/model/batch_size").asInt());
    assertThat(plan.model().keyed()).isFalse();
    assertThat(plan.rules()).isNotEmpty();
    assertThat(plan.window().appliesTo(plan.rules().get(0).id(), plan.rules().get(0).key()))
        .isTrue();
  }

  @Test
  void aModelWithNumbersOfKeysIsToldThem() {
    ObjectNode plan = Plans.tree("cobot");
    ((ObjectNode) plan.get("model")).putObject("domains").put("sha256", "f00d");

    ModelDefinition model = PlanDefinition.parse(plan.toString()).model();

    assertThat(model.keyed()).isTrue();
    assertThat(model.domainsSha256()).isEqualTo("f00d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fraud", "cobot"})
  void whateverIsMissingOrOfAnotherKindIsNamedOnOneLine(String name) {
    int refused = 0;
    int count = 0;
    List<String> accepted = new ArrayList<>();
    for (String pointer : Plans.members(Plans.tree(name), "")) {
      String[] others = {"7.5", "\"no such thing\"", "[]", "{}"};
      for (String other : new String[] {null, others[count++ % others.length]}) {
        ObjectNode plan = Plans.tree(name);
        int split = pointer.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) plan.at(pointer.substring(0, split));
        String member = pointer.substring(split + 1);
        if (other == null) {
          parent.remove(member);
        } else {
          parent.set(member, read(other));
        }
        try {
          PlanDefinition.parse(plan.toString());
          accepted.add(pointer);
        } catch (PlanException e) {
          refused++;
          assertThat(e.getMessage()).as(pointer).doesNotContain("\n").isNotBlank();
        }
      }
    }
    assertThat(refused).isGreaterThan(accepted.size());
  }

  private static JsonNode read(String json) {
    try {
      return Plans.JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "/format;2;plan: it has format 2, and this version reads format 1",
        "/name;null;plan: 'name' is null, expected a string",
        "/streams;[];plan: there are no streams",
        "/streams/0/fields/3/type;'decimal';stream transactions, fields[3]: 'type': no field type 'decimal'",
        "/streams/0/event_time/field;'when';stream transactions: stream 'transactions': no field 'when'",
        "/streams/0/event_time/unit;'h';stream transactions, event_time: 'unit': no event time unit 'h'",
        "/streams/0/start;'now';'start': no start 'now'; there are earliest, latest, committed",
        "/streams/0/decoder/kind;'xml';no decoder 'xml'; there are avro, confluent_avro, json",
        "/keys/0/streams;{'orders':['id']};there is no stream 'orders'; there are [transactions]",
        "/keys/0/streams/transactions;['card'];stream 'transactions' has no field 'card'",
        "/keys/0/streams/transactions;['merchant_category'];field 'merchant_category' of stream 'transactions' may be null",
        "/rules/1/key;3;rule card_testing: there is no key 3; the plan has 1",
        "/rules/1/id;'velocity';plan: there are two rules 'velocity'",
        STAGE
            + "/streams;['orders'];rule card_testing, stage big_charge: there is no stream 'orders'",
        STAGE
            + "/contiguity;'soon';rule card_testing, stage big_charge: 'contiguity': 'soon' is not one of",
        STAGE
            + "/inner;'begin';rule card_testing, stage big_charge: 'inner': 'begin' is not one of",
        STAGE + "/name;'test_charge';rule card_testing, stage test_charge: there are two stages",
        STAGE + "/times/min;0;rule card_testing, stage big_charge: times from 0 to 1",
        STAGE
            + "/condition;{'field':'amount','type':'double'};rule card_testing, stage big_charge, condition: a condition is boolean, found double",
        STAGE
            + "/condition;{'field':'amout','type':'double'};rule card_testing, stage big_charge, condition: stream transactions has no field 'amout'",
        "/rules/1/pattern/skip;{'type':'skip_to_last','stage':'big','throw_on_miss':false};skip strategy: there is no stage 'big'; there are [test_charge, big_charge]",
        "/rules/1/pattern/skip;{'type':'skip_to_last','stage':null,'throw_on_miss':false};skip_to_last names a stage",
        "/rules/0/measures/0/type;'long';rule geographic_impossibility, measure total: it is declared as long, but is a double",
        "/rules/0/measures/0/expression;{'field':'amount','type':'double'};measure total: 'amount' is a field of the current event, and a match has none",
        "/rules/0/summary/1/format;'.2q';rule geographic_impossibility, summary: format '.2q' is not understood",
        "/sinks/alerts/delivery;'maybe';'delivery' is 'maybe'; expected at_least_once or exactly_once"
      })
  void namesThePlaceAndTheMistake(String pointer, String json, String message) {
    assertThatThrownBy(() -> PlanDefinition.parse(Plans.fraudWith(pointer, json)))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesTheStageThatNoAutomatonCanBeMadeOf() {
    String plan = Plans.fraudWith(STAGE + "/contiguity", "'not_followed_by'");
    ObjectNode unbounded = (ObjectNode) read(plan);
    ((ObjectNode) unbounded.at("/rules/1/pattern")).putNull("within_ms");
    assertThatThrownBy(() -> PlanDefinition.parse(unbounded.toString()))
        .isInstanceOf(PlanException.class)
        .hasMessageStartingWith("rule card_testing, stage big_charge: ");
  }

  @Test
  void whatIsNoJsonIsRefused() {
    assertThatThrownBy(() -> PlanDefinition.parse("{\"format\": 1,"))
        .isInstanceOf(PlanException.class)
        .hasMessageStartingWith("plan: not JSON");
    assertThatThrownBy(() -> PlanDefinition.parse("[]"))
        .isInstanceOf(PlanException.class)
        .hasMessage("plan: expected an object, found []");
  }

  @Test
  void readsGroupsWithQuantifiersAndSkipStrategies() {
    ObjectNode plan = Plans.tree("fraud");
    ObjectNode pattern = (ObjectNode) plan.at("/rules/1/pattern");
    ObjectNode first = (ObjectNode) pattern.at("/stages/0");
    ObjectNode second = ((ObjectNode) pattern.at("/stages/1")).put("contiguity", "strict");
    ObjectNode group = Plans.JSON.createObjectNode();
    group.putNull("name").put("contiguity", "begin").putNull("until");
    group.putArray("group").add(first).add(second);
    group.putObject("times").put("min", 2).putNull("max").putNull("window_ms");
    group.put("inner", "relaxed").put("greedy", false).put("optional", false);
    pattern.putArray("stages").add(group);
    pattern
        .putObject("skip")
        .put("type", "skip_to_last")
        .put("stage", "big_charge")
        .put("throw_on_miss", true);
    RuleDefinition rule = PlanDefinition.parse(plan.toString()).rules().get(1);
    assertThat(rule.stageNames()).containsExactly("test_charge", "big_charge");
    assertThat(rule.pattern().skip()).isEqualTo(SkipStrategy.skipToLast("big_charge").orThrow());
    var stage = rule.pattern().stages().get(0);
    assertThat(stage.isGroup()).isTrue();
    assertThat(stage.times().isLoop()).isTrue();
    assertThat(stage.stages().get(1).contiguity()).isEqualTo(Contiguity.STRICT);
  }
}
