package io.tidegate.rules;

import io.tidegate.event.SerializerTypeInformation;
import java.util.Locale;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * What became of a change, as the status topic tells it.
 *
 * @param request the change
 * @param rule the rule's id; null where the record did not say
 * @param version the rule's version
 * @param fingerprint of the rule's structure; null where the record did not say
 * @param state how far it came
 * @param stamp event time from which it holds, epoch ms; null before it is stamped
 * @param reason why, where it was rejected or quarantined; else null
 * @param offset where the rules log has it
 * @param at wall clock, epoch ms
 */
public record RuleStatus(
    String request,
    String rule,
    int version,
    String fingerprint,
    State state,
    Long stamp,
    String reason,
    long offset,
    long at) {
  /** Type of the status records. */
  public static final TypeInformation<RuleStatus> TYPE =
      new SerializerTypeInformation<>(RuleStatus.class, new Serializer());

  private static final int LONGEST_REASON = 500;

  public RuleStatus {
    reason = reason == null ? null : oneLine(reason);
  }

  /** How far a change came. */
  public enum State {
    /** It was read and found to be right. */
    ACCEPTED,
    /** It has an event time. */
    STAMPED,
    /** It holds on every subtask. */
    ACTIVE,
    /** It is wrong, or came too late; what was live before stays. */
    REJECTED,
    /** The rule is gone on every subtask. */
    REMOVED,
    /** The rule was stopped because it exceeded its limits. */
    QUARANTINED
  }

  /** The status of a change. */
  static RuleStatus of(RuleChange change, State state, String reason, long now) {
    return new RuleStatus(
        change.request(),
        change.rule(),
        change.version(),
        change.fingerprint(),
        state,
        change.stamp() == RuleChange.NONE ? null : change.stamp(),
        reason,
        change.offset(),
        now);
  }

  /** The value on the status topic, JSON in the form of {@code schemas/rule_status.schema.json}. */
  public String toJson() {
    var json =
        TextSerializer.JSON.<com.fasterxml.jackson.databind.node.ObjectNode>valueToTree(this);
    json.put("state", state.name().toLowerCase(Locale.ROOT));
    return json.toString();
  }

  private static String oneLine(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON - 3) + "...";
  }

  /** Serializer of status records. */
  public static final class Serializer extends TextSerializer<RuleStatus> {
    private static final long serialVersionUID = 1L;

    public Serializer() {
      super(RuleStatus.class);
    }

    @Override
    public TypeSerializerSnapshot<RuleStatus> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Restores the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RuleStatus> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
