package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.expression.Domains;
import io.tidegate.expression.FieldDomain;
import io.tidegate.expression.FieldPlace;
import io.tidegate.expression.StageCondition;
import io.tidegate.match.EventCondition;
import io.tidegate.match.Reactions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules of one key expression over the events of one stream: which of them an event may begin a
 * match of, and which states it may do something in.
 *
 * <p>A bitmap index. Every alternative of {@link Reactions} that needs the fields of the event to
 * be in some domains is a bit; per field, the value finds the bit set of those that it satisfies
 * ({@link FieldRows}); a rule is a candidate where a bit of its start is in the sets of all fields.
 * So a thousand rules cost an event one look-up a field and sixteen words of conjunction.
 */
final class StreamIndex {
  private static final int[] ALWAYS = null;

  private final FieldRows[] fields;
  private final long[][] current;
  private final HostedRule[] startOf;

  /** By rule and state; null for a rule that the event does not meet. */
  private final int[][][] statesOf;

  /**
   * An index.
   *
   * @param rules all rules of the operator, by state id
   * @param key index of the key expression
   * @param stream index of the stream
   */
  StreamIndex(HostedRule[] rules, int key, int stream) {
    List<HostedRule> starts = new ArrayList<>();
    List<Domains> alternatives = new ArrayList<>();
    for (HostedRule rule : rules) {
      if (!meets(rule, key, stream)) {
        continue;
      }
      for (List<EventCondition<Event>> one : Reactions.ofStart(rule.definition.automaton())) {
        Domains domains = domains(one, stream);
        if (!domains.isNever()) {
          starts.add(rule);
          alternatives.add(domains);
        }
      }
    }
    startOf = starts.toArray(HostedRule[]::new);
    Map<Map<FieldPlace, FieldDomain>, Integer> known = new HashMap<>();
    statesOf = new int[rules.length][][];
    for (int i = 0; i < rules.length; i++) {
      HostedRule rule = rules[i];
      if (!meets(rule, key, stream)) {
        continue;
      }
      int[][] states = new int[Math.min(rule.definition.automaton().size(), 63)][];
      for (int state = 1; state < states.length; state++) {
        states[state] = bits(rule, state, stream, alternatives, known);
      }
      statesOf[i] = states;
    }
    Set<FieldPlace> named = new LinkedHashSet<>();
    alternatives.forEach(domains -> named.addAll(domains.byField().keySet()));
    fields =
        named.stream()
            .map(
                field ->
                    new FieldRows(
                        field, alternatives.stream().map(one -> one.byField().get(field)).toList()))
            .toArray(FieldRows[]::new);
    current = new long[fields.length][];
  }

  private static boolean meets(HostedRule rule, int key, int stream) {
    return rule.definition.key() == key && rule.definition.reads(stream);
  }

  /** The bits of a state's alternatives, made where no other state has them. */
  private static int[] bits(
      HostedRule rule,
      int state,
      int stream,
      List<Domains> alternatives,
      Map<Map<FieldPlace, FieldDomain>, Integer> known) {
    TreeSet<Integer> bits = new TreeSet<>();
    for (List<EventCondition<Event>> one : Reactions.of(rule.definition.automaton(), state)) {
      Domains domains = domains(one, stream);
      if (domains.isNever()) {
        continue;
      }
      if (domains.byField().isEmpty()) {
        return ALWAYS;
      }
      bits.add(
          known.computeIfAbsent(
              domains.byField(),
              d -> {
                alternatives.add(domains);
                return alternatives.size() - 1;
              }));
    }
    return bits.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Domains domains(List<EventCondition<Event>> conditions, int stream) {
    Domains domains = Domains.ANY;
    for (EventCondition<Event> condition : conditions) {
      if (condition instanceof StageCondition stage) {
        domains = domains.and(stage.domains(stream));
      }
    }
    return domains;
  }

  /** Turns to an event of the stream and collects the rules that it may begin a match of. */
  void look(Event event, Candidates into) {
    for (int i = 0; i < fields.length; i++) {
      current[i] = fields[i].of(event);
    }
    HostedRule last = null;
    for (int from = 0; from < startOf.length; from += 64) {
      long bits = startOf.length - from < 64 ? (1L << startOf.length - from) - 1 : -1L;
      for (long[] row : current) {
        bits &= row[from >>> 6];
      }
      for (; bits != 0; bits &= bits - 1) {
        HostedRule rule = startOf[from + Long.numberOfTrailingZeros(bits)];
        if (rule != last) {
          into.add(rule);
          last = rule;
        }
      }
    }
  }

  /**
   * Whether the event last looked at may do something to partial matches of a rule.
   *
   * @param rule the rule's place among all rules
   * @param occupied the states they wait in, see {@link io.tidegate.match.MatcherState#occupied}
   */
  boolean concerns(int rule, long occupied) {
    int[][] states = statesOf[rule];
    if (states == null) {
      return false;
    }
    for (long rest = occupied; rest != 0; rest &= rest - 1) {
      int state = Long.numberOfTrailingZeros(rest);
      if (state >= states.length || states[state] == ALWAYS || isSet(states[state])) {
        return true;
      }
    }
    return false;
  }

  private boolean isSet(int[] alternatives) {
    for (int bit : alternatives) {
      boolean holds = true;
      for (int i = 0; i < current.length && holds; i++) {
        holds = (current[i][bit >>> 6] >>> bit & 1) != 0;
      }
      if (holds) {
        return true;
      }
    }
    return false;
  }
}
