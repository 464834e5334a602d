package io.tidegate.rules;

import io.tidegate.event.SerializerTypeInformation;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * A pattern subtask's word that a change holds there.
 *
 * @param status what became of the change
 * @param subtask the subtask
 * @param subtasks how many there are
 */
public record RuleReport(RuleStatus status, int subtask, int subtasks) {
  /** Type of the reports. */
  public static final TypeInformation<RuleReport> TYPE =
      new SerializerTypeInformation<>(RuleReport.class, new Serializer());

  /** The report of a subtask about a change that was applied, or could not be. */
  public static RuleReport of(
      RuleChange change, String refusal, int subtask, int subtasks, long now) {
    RuleStatus.State state =
        refusal != null
            ? RuleStatus.State.REJECTED
            : switch (change.operation()) {
              case PUSH, SET -> RuleStatus.State.ACTIVE;
              case REMOVE -> RuleStatus.State.REMOVED;
              case QUARANTINE -> RuleStatus.State.QUARANTINED;
            };
    String reason = refusal != null ? refusal : change.reason();
    return new RuleReport(RuleStatus.of(change, state, reason, now), subtask, subtasks);
  }

  /** Serializer of reports. */
  public static final class Serializer extends TextSerializer<RuleReport> {
    private static final long serialVersionUID = 1L;

    public Serializer() {
      super(RuleReport.class);
    }

    @Override
    public TypeSerializerSnapshot<RuleReport> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Restores the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RuleReport> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
