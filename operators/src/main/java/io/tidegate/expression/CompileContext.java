package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.EventType;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What an expression may refer to.
 *
 * @param types the plan's event types by stream index
 * @param current streams of the current event; null where there is none (measures, summaries)
 * @param stages the pattern's named stages
 * @param parameters the rule's parameters
 * @param keyOf key of the current event, for {@code key} in conditions; null where {@code current}
 *     is null
 * @param access which fields may be read
 */
public record CompileContext(
    EventType[] types,
    int[] current,
    Map<String, StageReference> stages,
    Parameters parameters,
    Function<Event, String> keyOf,
    FieldAccess access) {

  /** Which fields may be read, beyond what the event types say. */
  @FunctionalInterface
  public interface FieldAccess {
    /** Why a field of a stream cannot be read; null where it can. */
    String refusal(int stream, String field);
  }

  /** References that may read every field of their streams. */
  public CompileContext(
      EventType[] types,
      int[] current,
      Map<String, StageReference> stages,
      Parameters parameters,
      Function<Event, String> keyOf) {
    this(types, current, stages, parameters, keyOf, (stream, field) -> null);
  }

  /**
   * A stage that expressions may refer to.
   *
   * @param index the stage's index in {@link io.tidegate.match.MatchedEvents}
   * @param streams indexes of the streams whose events it takes
   */
  public record StageReference(int index, int[] streams) {}

  public CompileContext {
    Objects.requireNonNull(types, "types");
    stages = Map.copyOf(stages);
    Objects.requireNonNull(parameters, "parameters");
  }

  /** The same references for a condition on events of other streams. */
  public CompileContext on(int[] streams) {
    return new CompileContext(types, streams, stages, parameters, keyOf, access);
  }

  /** The same references for measures and summaries, which have no current event. */
  public CompileContext onMatch() {
    return new CompileContext(types, null, stages, parameters, null, access);
  }
}
