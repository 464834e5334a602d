package io.tidegate.operator;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Under which number a rule's state is kept: 64 bits of the sha256 over its id and the fingerprint
 * of its structure.
 *
 * <p>So text, measures and parameters of a rule may change without losing its partial matches, and
 * a changed structure never meets state of the old one.
 */
final class RuleStates {
  private RuleStates() {}

  /**
   * The number.
   *
   * @param epoch 0 for the rules that a job begins with; another for each time that a structure
   *     begins anew, so that it never meets what was dropped and not yet freed
   */
  static long id(String ruleId, String fingerprint, long epoch) {
    byte[] digest =
        epoch == 0
            ? MatchIds.sha256(ruleId, fingerprint)
            : MatchIds.sha256(ruleId, fingerprint, Long.toString(epoch));
    return ByteBuffer.wrap(digest).getLong();
  }

  /** Rules as one text each, state id first, for the operator's state. */
  static List<String> describe(RuleIndex rules) {
    List<String> lines = new ArrayList<>();
    for (HostedRule rule : rules.all()) {
      lines.add(
          Long.toHexString(rule.stateId)
              + " "
              + rule.definition.id()
              + " version "
              + rule.definition.reference().version());
    }
    return lines;
  }

  /** By state id, the rules that were described in a snapshot and are not among the present. */
  static Map<Long, String> gone(Iterable<String> described, RuleIndex present) {
    Map<Long, String> gone = new HashMap<>();
    for (String line : described) {
      int space = line.indexOf(' ');
      long id = Long.parseUnsignedLong(line.substring(0, space), 16);
      if (present.byStateId(id) == null) {
        gone.put(id, line.substring(space + 1));
      }
    }
    return gone;
  }
}
