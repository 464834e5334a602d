package io.tidegate.rules;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.tidegate.event.SerializerTypeInformation;
import java.util.Locale;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * A change of the live rules that has been checked, and, once it is stamped, the event time from
 * which it holds.
 *
 * @param request names the change; a repeated one is the same change
 * @param operation what is changed
 * @param rule the rule's id
 * @param version the rule's version
 * @param fingerprint of the rule's structure
 * @param definition PUSH: the rule in the plan's form, its key by {@code keyNumber}; else null
 * @param keyNumber PUSH: number of the rule's key expression
 * @param key PUSH: that key expression as a text; else null
 * @param parameters SET: JSON object of what is set, see {@link ParameterChange}; else null
 * @param reason QUARANTINE: why, one line; else null
 * @param since QUARANTINE: stamp of the change that the rule has been live since
 * @param asked event time that was asked for, epoch ms, or {@link #NONE}
 * @param offset where the rules log has it
 * @param stamp event time from which it holds, epoch ms, or {@link #NONE} before it is stamped
 * @param sequence place among the stamped changes
 */
public record RuleChange(
    String request,
    Operation operation,
    String rule,
    int version,
    String fingerprint,
    String definition,
    int keyNumber,
    String key,
    String parameters,
    String reason,
    long since,
    long asked,
    long offset,
    long stamp,
    long sequence) {
  /** No event time. */
  public static final long NONE = Long.MIN_VALUE;

  /** Type of the changes. */
  public static final TypeInformation<RuleChange> TYPE =
      new SerializerTypeInformation<>(RuleChange.class, new Serializer());

  /** What a change does to a rule. */
  public enum Operation {
    /** The rule is new, or another version takes the place of the present one. */
    PUSH,
    /** The rule ends; what it had open is dropped. */
    REMOVE,
    /** Parameters get other values; nothing that is open is lost. */
    SET,
    /** The rule ends because it exceeded its limits. */
    QUARANTINE;

    /** Whether the change says what the rule is, and not only how. */
    boolean replaces() {
      return this != SET;
    }
  }

  /** A request to end a rule that exceeded its limits. */
  public static RuleChange quarantine(
      String request, String rule, int version, String fingerprint, String reason, long since) {
    return new RuleChange(
        request,
        Operation.QUARANTINE,
        rule,
        version,
        fingerprint,
        null,
        -1,
        null,
        null,
        reason,
        since,
        NONE,
        -1,
        NONE,
        -1);
  }

  /**
   * A request of {@link #quarantine} as a record of the rules log.
   *
   * @param now wall clock, epoch ms
   */
  public String toLogRecord(long now) {
    return TextSerializer.JSON
        .createObjectNode()
        .put("format", 1)
        .put("op", operation.name().toLowerCase(Locale.ROOT))
        .put("request", request)
        .put("rule", rule)
        .put("version", version)
        .put("fingerprint", fingerprint)
        .put("reason", reason)
        .put("since", since)
        .put("by", "tidegate")
        .put("written_at", now)
        .toString();
  }

  /** The change with its stamp. */
  public RuleChange stamped(long at, long number) {
    return new RuleChange(
        request,
        operation,
        rule,
        version,
        fingerprint,
        definition,
        keyNumber,
        key,
        parameters,
        reason,
        since,
        asked,
        offset,
        at,
        number);
  }

  /**
   * Whether this change, stamped later, takes the place of one that still waits: it says anew what
   * the rule is, and would be undone by the waiting one.
   */
  @JsonIgnore
  public boolean supersedes(RuleChange waiting) {
    return rule.equals(waiting.rule)
        && operation.replaces()
        && operation != Operation.QUARANTINE
        && waiting.operation.replaces()
        && waiting.stamp > stamp;
  }

  /** Serializer of changes. */
  public static final class Serializer extends TextSerializer<RuleChange> {
    private static final long serialVersionUID = 1L;

    public Serializer() {
      super(RuleChange.class);
    }

    @Override
    public TypeSerializerSnapshot<RuleChange> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Restores the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RuleChange> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
