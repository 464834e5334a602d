package io.tidegate.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.event.Event;
import io.tidegate.event.Identities;
import io.tidegate.event.StreamDefinition;
import io.tidegate.plan.PlanDefinition;
import io.tidegate.plan.RuleDefinition;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.EventComparator;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.util.Collector;

/**
 * The rules of a plan as a user of Flink's library runs them: a CepOperator each, on the keyed
 * stream of the events that the rule reads.
 */
final class FlinkJob {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PlanDefinition plan;
  private final boolean filtered;
  private final Map<List<Integer>, DataStream<Event>> read = new HashMap<>();

  /**
   * A job of all rules of a plan.
   *
   * @param filtered whether an operator gets only what some stage of its rule may take
   */
  FlinkJob(PlanDefinition plan, boolean filtered) {
    this.plan = plan;
    this.filtered = filtered;
  }

  /** One record for each match. */
  DataStream<Integer> matches(DataStream<Event> events, String planText)
      throws JsonProcessingException {
    DataStream<Integer> all = null;
    JsonNode json = JSON.readTree(planText);
    for (int i = 0; i < plan.rules().size(); i++) {
      ObjectNode alone = json.deepCopy();
      alone.putArray("rules").add(json.get("rules").get(i));
      DataStream<Integer> found = matches(events, plan.rules().get(i), alone.toString());
      all = all == null ? found : all.union(found);
    }
    return all;
  }

  private DataStream<Integer> matches(
      DataStream<Event> events, RuleDefinition rule, String planText) {
    return CEP.pattern(
            keyed(events, rule, planText), FlinkPatterns.of(planText), new TotalOrder(planText))
        .inEventTime()
        .process(new OneEach(), Types.INT);
  }

  private KeyedStream<Event, String> keyed(
      DataStream<Event> events, RuleDefinition rule, String planText) {
    List<Integer> streams = Arrays.stream(rule.streams()).boxed().toList();
    DataStream<Event> own =
        read.computeIfAbsent(
            streams,
            wanted ->
                wanted.size() == plan.streams().length
                    ? events
                    : events.filter(new OfStreams(wanted, plan.streams().length)));
    EventFilter filter = filtered ? EventFilter.of(planText) : null;
    return (filter == null ? own : own.filter(filter))
        .keyBy(new PlanKey(planText, true), Types.STRING);
  }

  private static final class OfStreams implements FilterFunction<Event> {
    private static final long serialVersionUID = 1L;
    private final boolean[] wanted;

    OfStreams(List<Integer> streams, int count) {
      wanted = new boolean[count];
      streams.forEach(stream -> wanted[stream] = true);
    }

    @Override
    public boolean filter(Event event) {
      return wanted[event.stream];
    }
  }

  private static final class OneEach extends PatternProcessFunction<Event, Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processMatch(
        Map<String, List<Event>> match, Context context, Collector<Integer> out) {
      out.collect(match.size());
    }
  }

  /** Events of one time in the order in which ours handles them. */
  private static final class TotalOrder implements EventComparator<Event> {
    private static final long serialVersionUID = 1L;
    private final String planText;
    private transient StreamDefinition[] streams;

    TotalOrder(String planText) {
      this.planText = planText;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      streams = Plans.of(planText).streams();
    }

    @Override
    public int compare(Event a, Event b) {
      return Identities.compare(streams, a, b);
    }
  }
}
