package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import io.tidegate.match.MatchedEvents;

/** Nodes that read a field of an event that a stage has taken; null where it has not taken it. */
final class StageField {
  private StageField() {}

  /** Which of a stage's events: one by index, the first (0) or the last (-1). */
  private record Selection(int stage, int index) {
    Event of(MatchedEvents<Event> matched) {
      return switch (index) {
        case 0 -> matched.first(stage);
        case -1 -> matched.last(stage);
        default -> matched.get(stage, index);
      };
    }
  }

  /**
   * The node that reads the field.
   *
   * @param stage index of the stage
   * @param index of the event, from 0 at the first or from -1 backwards from the last
   */
  static Expression of(int stage, int index, FieldReader reader) {
    Selection selection = new Selection(stage, index);
    FieldType type = reader.type();
    return switch (type) {
      case DOUBLE ->
          new DoubleExpression() {
            @Override
            public double asDouble(Scope scope) {
              Event event = selection.of(scope.matched);
              return event == null || reader.isNull(event)
                  ? scope.unknownDouble()
                  : reader.doubleOf(event);
            }
          };
      case LONG, TIMESTAMP ->
          new LongExpression(type) {
            @Override
            public long asLong(Scope scope) {
              Event event = selection.of(scope.matched);
              return event == null || reader.isNull(event)
                  ? scope.unknownLong()
                  : reader.longOf(event);
            }
          };
      case STRING ->
          new StringExpression() {
            @Override
            public String asString(Scope scope) {
              Event event = selection.of(scope.matched);
              return event == null ? null : reader.stringOf(event);
            }
          };
      case BOOLEAN ->
          new BooleanExpression() {
            @Override
            public int asTruth(Scope scope) {
              Event event = selection.of(scope.matched);
              return event == null || reader.isNull(event)
                  ? Truth.UNKNOWN
                  : (int) reader.longOf(event);
            }
          };
    };
  }
}
