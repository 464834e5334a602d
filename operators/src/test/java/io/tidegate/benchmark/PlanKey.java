package io.tidegate.benchmark;

import io.tidegate.event.Event;
import io.tidegate.plan.KeyExpression;
import io.tidegate.plan.PlanDefinition;
import java.io.IOException;
import java.io.ObjectInputStream;
import org.apache.flink.api.java.functions.KeySelector;

/** The key of an event under a rule of a plan, or under the first key that its stream has. */
final class PlanKey implements KeySelector<Event, String> {
  private static final long serialVersionUID = 1L;
  private final String planText;
  private final boolean ofRule;
  private transient KeyExpression[] byStream;

  /**
   * A selector.
   *
   * @param ofRule whether the key is that of the plan's first rule
   */
  PlanKey(String planText, boolean ofRule) {
    this.planText = planText;
    this.ofRule = ofRule;
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    byStream = byStream(Plans.of(planText), ofRule);
  }

  private static KeyExpression[] byStream(PlanDefinition plan, boolean ofRule) {
    KeyExpression[] byStream = new KeyExpression[plan.streams().length];
    for (int stream = 0; stream < byStream.length; stream++) {
      for (KeyExpression key : plan.keys()) {
        if (byStream[stream] == null && key.covers(stream)) {
          byStream[stream] = key;
        }
      }
      if (ofRule) {
        byStream[stream] = plan.keys().get(plan.rules().get(0).key());
      }
    }
    return byStream;
  }

  @Override
  public String getKey(Event event) {
    return byStream[event.stream].keyOf(event);
  }
}
