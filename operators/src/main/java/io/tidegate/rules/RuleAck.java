package io.tidegate.rules;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.tidegate.event.SerializerTypeInformation;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * A router's word that it routes for a change, or that it has no events and has marked a beat.
 *
 * @param change the change; null for a mark
 * @param router the router's subtask
 * @param routers how many there are
 * @param routedUpTo the greatest event time of an event that it did not route as the change needs
 *     it, epoch ms; {@link RuleChange#NONE} where the change needs nothing new; of a mark, the beat
 */
public record RuleAck(RuleChange change, int router, int routers, long routedUpTo) {
  /** Type of the acknowledgements. */
  public static final TypeInformation<RuleAck> TYPE =
      new SerializerTypeInformation<>(RuleAck.class, new Serializer());

  /** The word of a router that it has marked a beat, see {@link QuietMarks}. */
  public static RuleAck mark(long beat, int router, int routers) {
    return new RuleAck(null, router, routers, beat);
  }

  /** Whether this is the word about a beat. */
  @JsonIgnore
  public boolean isMark() {
    return change == null;
  }

  /** Serializer of acknowledgements. */
  public static final class Serializer extends TextSerializer<RuleAck> {
    private static final long serialVersionUID = 1L;

    public Serializer() {
      super(RuleAck.class);
    }

    @Override
    public TypeSerializerSnapshot<RuleAck> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** Restores the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RuleAck> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
