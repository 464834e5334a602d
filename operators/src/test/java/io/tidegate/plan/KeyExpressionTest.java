package io.tidegate.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class KeyExpressionTest {
  private static PlanDefinition plan(String... fields) {
    ObjectNode plan = Plans.tree("fraud");
    var list = ((ObjectNode) plan.at("/keys/0/streams")).putArray("transactions");
    List.of(fields).forEach(list::add);
    return PlanDefinition.parse(plan.toString());
  }

  private static Event event(PlanDefinition plan, String card, String customer, double amount) {
    EventType type = plan.streams()[0].type();
    String[] strings = new String[type.stringCount()];
    strings[type.slot(type.indexOf("card_number"))] = card;
    strings[type.slot(type.indexOf("customer_id"))] = customer;
    long[] numbers = new long[type.numberCount()];
    numbers[type.slot(type.indexOf("amount"))] = Double.doubleToRawLongBits(amount);
    numbers[type.slot(type.indexOf("ts"))] = 1_500;
    return new Event(type, 0, 0, 0, 0, 0, numbers, strings, null);
  }

  @Test
  void oneStringFieldIsTheKeyItself() {
    PlanDefinition plan = plan("card_number");
    String card = "a|b\\c";
    assertThat(plan.keys().get(0).keyOf(event(plan, card, "x", 1))).isSameAs(card);
  }

  @Test
  void otherTypesAreWrittenAsText() {
    PlanDefinition plan = plan("amount", "ts");
    assertThat(plan.keys().get(0).keyOf(event(plan, "", "", 2.5))).isEqualTo("2.5|1500");
    PlanDefinition single = plan("ts");
    assertThat(single.keys().get(0).keyOf(event(single, "", "", 2.5))).isEqualTo("1500");
  }

  @Test
  void separatorsInsideFieldsAreEscaped() {
    PlanDefinition plan = plan("card_number", "customer_id");
    assertThat(plan.keys().get(0).keyOf(event(plan, "a|b", "c\\", 1))).isEqualTo("a\\|b|c\\\\");
  }

  @Property
  void differentFieldsGiveDifferentKeys(
      @ForAll @Chars({'a', '|', '\\'}) @StringLength(max = 4) String card,
      @ForAll @Chars({'a', '|', '\\'}) @StringLength(max = 4) String customer,
      @ForAll @Chars({'a', '|', '\\'}) @StringLength(max = 4) String otherCard,
      @ForAll @Chars({'a', '|', '\\'}) @StringLength(max = 4) String otherCustomer) {
    KeyExpression key = PLAN.keys().get(0);
    boolean same = card.equals(otherCard) && customer.equals(otherCustomer);
    boolean sameKey =
        key.keyOf(event(PLAN, card, customer, 1))
            .equals(key.keyOf(event(PLAN, otherCard, otherCustomer, 1)));
    assertThat(sameKey).isEqualTo(same);
  }

  private static final PlanDefinition PLAN = plan("card_number", "customer_id");
}
