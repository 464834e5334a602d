package io.tidegate.benchmark;

import io.tidegate.event.Event;
import io.tidegate.match.Contiguity;
import io.tidegate.match.EventCondition;
import io.tidegate.match.StageDefinition;
import io.tidegate.plan.PlanDefinition;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.FilterFunction;

/**
 * Passes the events that some stage of a rule may take, as a user puts a filter before a pattern.
 * It changes no match of a rule without strict contiguity: there, an event that no stage takes does
 * nothing.
 */
final class EventFilter implements FilterFunction<Event> {
  private static final long serialVersionUID = 1L;
  private final String planText;
  private transient List<EventCondition<Event>> conditions;

  private EventFilter(String planText) {
    this.planText = planText;
    this.conditions = conditions(planText);
  }

  /** A filter for the one rule of a plan; null where none can be put before it. */
  static EventFilter of(String planText) {
    EventFilter filter = new EventFilter(planText);
    return filter.conditions == null ? null : filter;
  }

  private static List<EventCondition<Event>> conditions(String planText) {
    PlanDefinition plan = Plans.of(planText);
    List<EventCondition<Event>> found = new ArrayList<>();
    for (StageDefinition<Event> stage : plan.rules().get(0).pattern().stages()) {
      if (!isRelaxed(stage) || stage.condition() == null) {
        return null;
      }
      found.add(stage.condition());
      if (stage.until() != null) {
        found.add(stage.until());
      }
    }
    return found;
  }

  private static boolean isRelaxed(StageDefinition<Event> stage) {
    return stage.isPlain()
        && stage.contiguity() != Contiguity.STRICT
        && stage.contiguity() != Contiguity.NOT_NEXT
        && (stage.times() == null || stage.inner() != Contiguity.STRICT);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    conditions = conditions(planText);
  }

  @Override
  public boolean filter(Event event) {
    for (EventCondition<Event> condition : conditions) {
      if (condition.mayAccept(event)) {
        return true;
      }
    }
    return false;
  }
}
