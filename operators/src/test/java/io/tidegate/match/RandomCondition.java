package io.tidegate.match;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A condition that both matchers understand.
 *
 * @param kinds bit set of the event kinds that fit
 * @param form what else must hold
 * @param stage the stage that {@code form} looks at; null where it looks at none
 */
record RandomCondition(int kinds, Form form, String stage) implements Serializable {

  /** What else must hold. */
  enum Form {
    NOTHING,
    /** The value is not below that of the stage's last event. */
    NOT_BELOW_LAST,
    /** The values of the stage's events add up to less than twelve with this one's. */
    SUM_BELOW
  }

  boolean fitsKind(TestEvent event) {
    return (kinds & 1 << event.kind()) != 0;
  }

  boolean test(TestEvent event, List<TestEvent> matched) {
    if (!fitsKind(event)) {
      return false;
    }
    return switch (form) {
      case NOTHING -> true;
      case NOT_BELOW_LAST ->
          matched.isEmpty() || event.value() >= matched.get(matched.size() - 1).value();
      case SUM_BELOW -> matched.stream().mapToInt(TestEvent::value).sum() + event.value() < 12;
    };
  }

  /** The condition for our matcher; {@code names} gives stage indexes. */
  EventCondition<TestEvent> ours(List<String> names) {
    if (form == Form.NOTHING) {
      return EventCondition.on(this::fitsKind);
    }
    int index = names.indexOf(stage);
    return new EventCondition<>() {
      @Override
      public boolean test(TestEvent event, MatchedEvents<TestEvent> matched) {
        List<TestEvent> events = new ArrayList<>();
        matched.forEach(index, events::add);
        return RandomCondition.this.test(event, events);
      }

      @Override
      public boolean mayAccept(TestEvent event) {
        // For half of them nothing is known beforehand.
        return kinds % 2 == 0 || fitsKind(event);
      }
    };
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int kind = 0; kind < 8; kind++) {
      if ((kinds & 1 << kind) != 0) {
        text.append((char) ('a' + kind));
      }
    }
    return form == Form.NOTHING ? text.toString() : text + " " + form + "(" + stage + ")";
  }
}
