package io.tidegate.operator;

import io.tidegate.derive.Derivation;
import io.tidegate.plan.KeyExpression;
import io.tidegate.plan.RuleCompiler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules that are live at one event time, with the keys they are found by; immutable. Changes
 * are made through {@link RuleSetEdit}, which makes the next one.
 */
final class RuleSet {
  /** A rule that is not draining. */
  static final long LIVE = Long.MAX_VALUE;

  /**
   * A live rule in the form that is kept.
   *
   * @param definition the rule in the plan's form
   * @param since stamp of the change that made it what it is
   * @param epoch tells its partial matches from those of the same structure that were dropped; 0
   *     for a rule that the job began with
   * @param drainsUntil event time up to which an old structure still finishes what it has open,
   *     beginning nothing new; {@link #LIVE} for every other rule
   */
  record Kept(String definition, long since, long epoch, long drainsUntil) {}

  /** What is kept: texts of the keys by number, and the rules. */
  record Snapshot(List<String> keys, List<Kept> rules) {}

  /** A rule as it is kept and as it runs. */
  record Member(Kept kept, HostedRule hosted) {
    boolean drains() {
      return kept.drainsUntil() != LIVE;
    }
  }

  final RuleCompiler compiler;
  final List<String> keys;
  final List<KeyExpression> expressions;
  final Map<Long, Member> members;
  final RuleIndex index;

  /** By key; null where nothing is derived under it. */
  final Derivation[] derivations;

  private final long drainsUntil;

  RuleSet(
      RuleCompiler compiler,
      List<String> keys,
      List<KeyExpression> expressions,
      Map<Long, Member> members) {
    this.compiler = compiler;
    this.keys = List.copyOf(keys);
    this.expressions = List.copyOf(expressions);
    this.members = members;
    this.index =
        new RuleIndex(
            members.values().stream().map(Member::hosted).toList(),
            keys.size(),
            compiler.streams());
    this.derivations = expressions.stream().map(compiler::derivation).toArray(Derivation[]::new);
    this.drainsUntil =
        members.values().stream().mapToLong(m -> m.kept().drainsUntil()).min().orElse(LIVE);
  }

  /** The rules that a plan begins with. */
  static RuleSet of(RuleCompiler compiler) {
    return of(
        compiler,
        new Snapshot(
            compiler.planKeys(),
            compiler.planRules().stream().map(text -> new Kept(text, 0, 0, LIVE)).toList()));
  }

  /** The rules as they were kept. */
  static RuleSet of(RuleCompiler compiler, Snapshot kept) {
    List<KeyExpression> expressions = new ArrayList<>();
    kept.keys().forEach(key -> expressions.add(compiler.key(key)));
    Map<Long, Member> members = new LinkedHashMap<>();
    for (Kept rule : kept.rules()) {
      Member member = member(compiler, expressions, rule);
      members.put(member.hosted().stateId, member);
    }
    return new RuleSet(compiler, kept.keys(), expressions, members);
  }

  static Member member(RuleCompiler compiler, List<KeyExpression> expressions, Kept kept) {
    boolean begins = kept.drainsUntil() == LIVE;
    return new Member(
        kept, new HostedRule(compiler.rule(kept.definition(), expressions), kept.epoch(), begins));
  }

  Snapshot snapshot() {
    return new Snapshot(keys, members.values().stream().map(Member::kept).toList());
  }

  /** The event time at which the first draining rule has nothing left; {@link #LIVE} for never. */
  long drainsUntil() {
    return drainsUntil;
  }
}
