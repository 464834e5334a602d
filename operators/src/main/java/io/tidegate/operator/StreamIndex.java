package io.tidegate.operator;

import io.tidegate.event.Event;
import io.tidegate.expression.Domains;
import io.tidegate.expression.FieldDomain;
import io.tidegate.expression.FieldPlace;
import io.tidegate.expression.StageCondition;
import io.tidegate.match.EventCondition;
import io.tidegate.match.Reactions;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** States from this number on share a bit, and any event may do something there. */
  private static final int KNOWN_STATES = 63;

  private final FieldRows[] fields;
  private final long[][] current;

  /** The alternatives that the event last looked at satisfies, as far as they were asked for. */
  private final long[] held;

  private int heldWords;
  private final HostedRule[] rules;
  private final int startCount;
  private final int alternativeCount;

  /** By alternative: the places of the rules that it is of. */
  private final int[][] rulesOf;

  /** Places of rules with a state in which any event does something. */
  private final int[] restless;

  private final long[] beginning;
  private final long[] reacting;

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
    this.rules = rules;
    beginning = new long[(rules.length + 63) >>> 6];
    reacting = new long[beginning.length];
    List<Domains> alternatives = new ArrayList<>();
    List<List<Integer>> owners = new ArrayList<>();
    for (int i = 0; i < rules.length; i++) {
      if (!rules[i].begins || !meets(rules[i], key, stream)) {
        continue;
      }
      for (List<EventCondition<Event>> one : Reactions.ofStart(rules[i].definition.automaton())) {
        Domains domains = domains(one, stream);
        if (!domains.isNever()) {
          alternatives.add(domains);
          owners.add(List.of(i));
        }
      }
    }
    startCount = alternatives.size();
    Map<Map<FieldPlace, FieldDomain>, Integer> known = new HashMap<>();
    statesOf = new int[rules.length][][];
    for (int i = 0; i < rules.length; i++) {
      if (meets(rules[i], key, stream)) {
        statesOf[i] = states(rules[i], stream, alternatives, known);
      }
    }
    alternativeCount = alternatives.size();
    restless = addOwners(owners);
    rulesOf =
        owners.stream()
            .map(one -> one.stream().mapToInt(Integer::intValue).distinct().toArray())
            .toArray(int[][]::new);
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
    held = new long[(alternativeCount + 63) >>> 6];
  }

  private static boolean meets(HostedRule rule, int key, int stream) {
    return rule.definition.key() == key && rule.definition.reads(stream);
  }

  private static int[][] states(
      HostedRule rule,
      int stream,
      List<Domains> alternatives,
      Map<Map<FieldPlace, FieldDomain>, Integer> known) {
    int[][] states = new int[Math.min(rule.definition.automaton().size(), KNOWN_STATES)][];
    for (int state = 1; state < states.length; state++) {
      states[state] = bits(rule, state, stream, alternatives, known);
    }
    return states;
  }

  /** Notes which rules the alternatives of states are of; returns the restless rules. */
  private int[] addOwners(List<List<Integer>> owners) {
    while (owners.size() < alternativeCount) {
      owners.add(new ArrayList<>());
    }
    List<Integer> any = new ArrayList<>();
    for (int i = 0; i < rules.length; i++) {
      int[][] states = statesOf[i];
      boolean always = states != null && rules[i].definition.automaton().size() > KNOWN_STATES;
      for (int state = 1; states != null && state < states.length; state++) {
        always |= states[state] == ALWAYS;
        for (int bit : states[state] == ALWAYS ? new int[0] : states[state]) {
          owners.get(bit).add(i);
        }
      }
      if (always) {
        any.add(i);
      }
    }
    return any.stream().mapToInt(Integer::intValue).toArray();
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

  /** Whether an event of the stream may begin a match or do something in any state of any rule. */
  boolean mayConcern(Event event) {
    if (restless.length > 0) {
      return true;
    }
    for (int i = 0; i < fields.length; i++) {
      current[i] = fields[i].of(event);
    }
    heldWords = 0;
    for (int from = 0; from < alternativeCount; from += 64) {
      hold((from >>> 6) + 1);
      if (holding(from, alternativeCount) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Turns to an event of the stream and collects the rules that it may begin a match of. */
  void look(Event event, Candidates into) {
    for (int i = 0; i < fields.length; i++) {
      current[i] = fields[i].of(event);
    }
    heldWords = 0;
    hold((startCount + 63) >>> 6);
    int last = -1;
    for (int from = 0; from < startCount; from += 64) {
      for (long bits = holding(from, startCount); bits != 0; bits &= bits - 1) {
        int place = rulesOf[from + Long.numberOfTrailingZeros(bits)][0];
        if (place != last) {
          into.add(rules[place], place, true);
          last = place;
        }
      }
    }
  }

  /** Finds out which alternatives hold, for so many words of them. */
  private void hold(int words) {
    for (; heldWords < words; heldWords++) {
      long bits = -1L;
      for (long[] row : current) {
        bits &= row[heldWords];
      }
      held[heldWords] = bits;
    }
  }

  /** The alternatives from a multiple of 64 on that the fields of the event do not refuse. */
  private long holding(int from, int end) {
    long bits = held[from >>> 6];
    return end - from < 64 ? bits & (1L << end - from) - 1 : bits;
  }

  /** Number of rules with a state in which any event does something. */
  int restless() {
    return restless.length;
  }

  /**
   * Collects the rules that the event last looked at may begin a match of, or do something to a
   * partial match of.
   */
  void lookAtAll(Candidates into) {
    Arrays.fill(beginning, 0);
    Arrays.fill(reacting, 0);
    hold(held.length);
    for (int from = 0; from < alternativeCount; from += 64) {
      for (long bits = holding(from, alternativeCount); bits != 0; bits &= bits - 1) {
        int alternative = from + Long.numberOfTrailingZeros(bits);
        long[] rules = alternative < startCount ? beginning : reacting;
        for (int place : rulesOf[alternative]) {
          rules[place >>> 6] |= 1L << place;
        }
      }
    }
    for (int place : restless) {
      reacting[place >>> 6] |= 1L << place;
    }
    for (int word = 0; word < beginning.length; word++) {
      for (long bits = beginning[word] | reacting[word]; bits != 0; bits &= bits - 1) {
        int place = (word << 6) + Long.numberOfTrailingZeros(bits);
        into.add(rules[place], place, (beginning[word] & bits & -bits) != 0);
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
    hold(held.length);
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
      if ((held[bit >>> 6] >>> bit & 1) != 0) {
        return true;
      }
    }
    return false;
  }
}
