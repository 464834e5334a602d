package io.tidegate.benchmark;

import io.tidegate.event.Event;
import io.tidegate.match.EventCondition;
import io.tidegate.match.MatchedEvents;
import io.tidegate.match.PatternDefinition;
import io.tidegate.match.StageDefinition;
import io.tidegate.plan.PlanDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;

/**
 * A stage's condition of a plan in Flink's form: the very object that our matcher asks, found again
 * after the job has been serialized.
 */
final class FlinkCondition {
  /** Conditions hold scratch space, so each thread reads its own. */
  private static final ThreadLocal<Map<String, PatternDefinition<Event>>> PATTERNS =
      ThreadLocal.withInitial(HashMap::new);

  private FlinkCondition() {}

  /**
   * The condition of a stage or, with {@code until}, the one that ends its loop.
   *
   * @param planText a plan of one rule
   */
  static IterativeCondition<Event> of(String planText, String stage, boolean until) {
    return find(planText, stage, until).readsMatched()
        ? new Iterative(planText, stage, until)
        : new Simple(planText, stage, until);
  }

  private static PatternDefinition<Event> pattern(String planText) {
    return PATTERNS
        .get()
        .computeIfAbsent(planText, text -> PlanDefinition.parse(text).rules().get(0).pattern());
  }

  private static EventCondition<Event> find(String planText, String stage, boolean until) {
    StageDefinition<Event> found = find(pattern(planText).stages(), stage);
    return until ? found.until() : found.condition();
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
    private transient EventCondition<Event> condition;

    Simple(String planText, String stage, boolean until) {
      this.planText = planText;
      this.stage = stage;
      this.until = until;
    }

    @Override
    public boolean filter(Event event) {
      if (condition == null) {
        condition = find(planText, stage, until);
      }
      return condition.test(event, null);
    }
  }

  private static final class Iterative extends IterativeCondition<Event> {
    private static final long serialVersionUID = 1L;
    private final String planText;
    private final String stage;
    private final boolean until;
    private transient EventCondition<Event> condition;
    private transient Matched matched;

    Iterative(String planText, String stage, boolean until) {
      this.planText = planText;
      this.stage = stage;
      this.until = until;
    }

    @Override
    public boolean filter(Event event, Context<Event> context) {
      if (condition == null) {
        condition = find(planText, stage, until);
        matched = new Matched(pattern(planText).stageNames());
      }
      matched.context = context;
      return condition.mayAccept(event) && condition.test(event, matched);
    }
  }

  /** What Flink's context knows, read only where it is asked for. */
  private static final class Matched implements MatchedEvents<Event> {
    private final List<String> stages;
    private IterativeCondition.Context<Event> context;

    Matched(List<String> stages) {
      this.stages = stages;
    }

    private List<Event> events(int stage) {
      List<Event> events = new ArrayList<>();
      try {
        context.getEventsForPattern(stages.get(stage)).forEach(events::add);
      } catch (Exception e) {
        throw new IllegalStateException("Flink could not read its shared buffer", e);
      }
      return events;
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
