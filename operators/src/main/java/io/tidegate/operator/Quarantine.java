package io.tidegate.operator;

import io.tidegate.match.Limits;
import io.tidegate.match.MatchOutput.Dropped;
import io.tidegate.rules.RuleChange;
import java.util.HashSet;
import java.util.Set;

/**
 * Asks for the end of rules that exceed their limits and whose policy says so.
 *
 * <p>The request goes to the rules log and comes back with a stamp, as any change does; until then
 * what is beyond the limits is dropped. All subtasks, and a replay, ask by the same name, so that
 * it is one change.
 */
final class Quarantine {
  private final Set<String> asked = new HashSet<>();

  /** The change to ask for; null where none is needed, or it was asked for before. */
  RuleChange request(HostedRule rule, Dropped what, RuleSet rules) {
    Limits limits = rule.definition.limits();
    RuleSet.Member member = rules.members.get(rule.stateId);
    if (limits.policy() != Limits.Policy.QUARANTINE || member == null || member.drains()) {
      return null;
    }
    var reference = rule.definition.reference();
    long since = member.kept().since();
    String request =
        "quarantine."
            + Long.toHexString(RuleStates.id(reference.id(), reference.fingerprint(), since + 1));
    if (!asked.add(request)) {
      return null;
    }
    String reason =
        what == Dropped.PARTIAL_MATCHES
            ? "a key had more than " + limits.open() + " open partial matches"
            : "an event completed more than " + limits.matchesPerEvent() + " matches of a key";
    return RuleChange.quarantine(
        request, reference.id(), reference.version(), reference.fingerprint(), reason, since);
  }
}
