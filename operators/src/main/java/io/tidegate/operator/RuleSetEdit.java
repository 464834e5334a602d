package io.tidegate.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.operator.RuleSet.Kept;
import io.tidegate.operator.RuleSet.Member;
import io.tidegate.plan.KeyExpression;
import io.tidegate.plan.PlanException;
import io.tidegate.plan.RuleCompiler;
import io.tidegate.rules.ParameterChange;
import io.tidegate.rules.RuleChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Makes the next {@link RuleSet} out of one, by the changes of one event time. */
final class RuleSetEdit {
  private final RuleCompiler compiler;
  private final List<String> keys;
  private final List<KeyExpression> expressions;
  private final Map<Long, Member> members;

  RuleSetEdit(RuleSet from) {
    compiler = from.compiler;
    keys = new ArrayList<>(from.keys);
    expressions = new ArrayList<>(from.expressions);
    members = new LinkedHashMap<>(from.members);
  }

  RuleSet done() {
    return new RuleSet(compiler, keys, expressions, members);
  }

  /** Ends the draining rules that can have nothing open after an event time. */
  void endDrained(long time) {
    members.values().removeIf(member -> member.kept().drainsUntil() <= time);
  }

  /**
   * Applies a stamped change.
   *
   * @throws PlanException when it no longer fits what is live; nothing has changed then
   */
  void apply(RuleChange change) {
    switch (change.operation()) {
      case PUSH -> push(change);
      case REMOVE -> {
        live(change);
        remove(change.rule());
      }
      case SET -> set(change);
      default -> quarantine(change);
    }
  }

  private void push(RuleChange change) {
    int number = change.keyNumber();
    if (number == keys.size()) {
      keys.add(change.key());
      expressions.add(compiler.key(change.key()));
    } else if (!keys.get(number).equals(change.key())) {
      keys.set(number, change.key());
      expressions.set(number, compiler.key(change.key()));
    }
    Member before = find(change.rule(), member -> !member.drains());
    Member same =
        find(
            change.rule(),
            member ->
                member.hosted().definition.reference().fingerprint().equals(change.fingerprint()));
    long epoch = same == null ? change.sequence() + 1 : same.kept().epoch();
    if (before != null && before != same) {
      end(before, change);
    }
    put(new Kept(change.definition(), change.stamp(), epoch, RuleSet.LIVE));
  }

  /** Ends the structure that another one takes the place of. */
  private void end(Member before, RuleChange change) {
    members.remove(before.hosted().stateId);
    JsonNode after = RuleCompiler.tree("rule", change.definition());
    long within =
        RuleCompiler.tree("rule", before.kept().definition())
            .path("pattern")
            .path("within_ms")
            .asLong();
    // What has no time limit might never finish.
    if (after.path("on_change").asText().equals("finish") && within > 0) {
      Kept kept = before.kept();
      long until = change.stamp() + within;
      put(new Kept(kept.definition(), kept.since(), kept.epoch(), Math.max(until, within)));
    }
  }

  private void set(RuleChange change) {
    Kept kept = live(change).kept();
    String definition = ParameterChange.set(kept.definition(), change.parameters());
    put(new Kept(definition, change.stamp(), kept.epoch(), RuleSet.LIVE));
  }

  private void quarantine(RuleChange change) {
    if (live(change).kept().since() != change.since()) {
      throw new PlanException(
          "rule " + change.rule(), "it was changed since it exceeded its limits");
    }
    remove(change.rule());
  }

  private Member live(RuleChange change) {
    Member live = find(change.rule(), member -> !member.drains());
    if (live == null) {
      throw new PlanException("rule " + change.rule(), "there is no such rule at this time");
    }
    return live;
  }

  private void remove(String rule) {
    members.values().removeIf(member -> member.hosted().definition.id().equals(rule));
  }

  private Member find(String rule, Predicate<Member> which) {
    for (Member member : members.values()) {
      if (member.hosted().definition.id().equals(rule) && which.test(member)) {
        return member;
      }
    }
    return null;
  }

  private void put(Kept kept) {
    Member member = RuleSet.member(compiler, expressions, kept);
    members.put(member.hosted().stateId, member);
  }
}
