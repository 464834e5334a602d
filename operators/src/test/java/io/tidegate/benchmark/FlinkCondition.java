package io.tidegate.benchmark;

import io.tidegate.event.Event;
import io.tidegate.match.EventCondition;
import io.tidegate.match.MatchedEvents;
import io.tidegate.match.StageDefinition;
import io.tidegate.plan.KeyExpression;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleDefinition;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;

/**
 * A stage's condition of a plan in Flink's form: the very object that our matcher asks, found again
 * after the job has been serialized.
 */
final class FlinkCondition {
  private FlinkCondition() {}

  /** A plan's one rule and its key. */
  private record Rule(RuleDefinition definition, KeyExpression key) {
    static Rule of(String planText) {
      PlanDefinition plan = Plans.of(planText);
      RuleDefinition rule = plan.rules().get(0);
      return new Rule(rule, plan.keys().get(rule.key()));
    }

    EventCondition<Event> condition(String stage, boolean until) {
      StageDefinition<Event> found = find(definition.pattern().stages(), stage);
      return until ? found.until() : found.condition();
    }

    /** Turns the rule's parameters to the key of an event. */
    void turnTo(Event event) {
      if (!definition.parameters().definitions().isEmpty()) {
        definition.parameters().select(key.keyOf(event));
      }
    }
  }

  /**
   * The condition of a stage or, with {@code until}, the one that ends its loop.
   *
   * @param planText a plan of one rule
   */
  static IterativeCondition<Event> of(String planText, String stage, boolean until) {
    return Rule.of(planText).condition(stage, until).readsMatched()
        ? new Iterative(planText, stage, until)
        : new Simple(planText, stage, until);
  }

  private static StageDefinition<Event> find(List<StageDefinition<Event>> stages, String name) {
    for (StageDefinition<Event> stage : stages) {
      StageDefinition<Event> found =
          stage.isGroup() ? find(stage.stages(), name) : name.equals(stage.name()) ? stage : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static final class Simple extends SimpleCondition<Event> {
    private static final long serialVersionUID = 1L;
    private final String planText;
    private final String stage;
    private final boolean until;
    private transient Rule rule;
    private transient EventCondition<Event> condition;

    Simple(String planText, String stage, boolean until) {
      this.planText = planText;
      this.stage = stage;
      this.until = until;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      rule = Rule.of(planText);
      condition = rule.condition(stage, until);
    }

    @Override
    public boolean filter(Event event) {
      rule.turnTo(event);
      return condition.test(event, null);
    }
  }

  private static final class Iterative extends IterativeCondition<Event> {
    private static final long serialVersionUID = 1L;
    private final String planText;
    private final String stage;
    private final boolean until;
    private transient Rule rule;
    private transient EventCondition<Event> condition;
    private transient Matched matched;

    Iterative(String planText, String stage, boolean until) {
      this.planText = planText;
      this.stage = stage;
      this.until = until;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      rule = Rule.of(planText);
      condition = rule.condition(stage, until);
      matched = new Matched(rule.definition.stageNames());
    }

    @Override
    public boolean filter(Event event, Context<Event> context) {
      rule.turnTo(event);
      matched.turnTo(context);
      return condition.mayAccept(event) && condition.test(event, matched);
    }
  }

  /** What Flink's context knows, read once where it is asked for. */
  private static final class Matched implements MatchedEvents<Event> {
    private final List<String> stages;
    private final List<Event>[] read;
    private IterativeCondition.Context<Event> context;

    @SuppressWarnings("unchecked")
    Matched(List<String> stages) {
      this.stages = stages;
      this.read = new List[stages.size()];
    }

    void turnTo(IterativeCondition.Context<Event> present) {
      context = present;
      Arrays.fill(read, null);
    }

    private List<Event> events(int stage) {
      if (read[stage] == null) {
        List<Event> events = new ArrayList<>();
        try {
          context.getEventsForPattern(stages.get(stage)).forEach(events::add);
        } catch (Exception e) {
          throw new IllegalStateException("Flink could not read its shared buffer", e);
        }
        read[stage] = events;
      }
      return read[stage];
    }

    @Override
    public int count(int stage) {
      return events(stage).size();
    }

    @Override
    public Event first(int stage) {
      return get(stage, 0);
    }

    @Override
    public Event last(int stage) {
      return get(stage, -1);
    }

    @Override
    public Event get(int stage, int index) {
      List<Event> events = events(stage);
      int at = index < 0 ? events.size() + index : index;
      return at < 0 || at >= events.size() ? null : events.get(at);
    }

    @Override
    public void forEach(int stage, Consumer<? super Event> consumer) {
      events(stage).forEach(consumer);
    }
  }
}
