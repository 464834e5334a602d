package io.tidegate.expression;

import io.tidegate.event.FieldType;

/** Calendar functions of a timestamp, in UTC. */
final class Calendar {
  private static final long HOUR_MS = 3_600_000L;
  private static final long DAY_MS = 24 * HOUR_MS;

  /** 1970-01-01 was a Thursday; Monday is 0. */
  private static final int EPOCH_DAY_OF_WEEK = 3;

  private Calendar() {}

  /** Hour of the day, 0 to 23. */
  static Expression hour(Expression time) {
    requireTimestamp("hour", time);
    return new LongExpression() {
      @Override
      public long asLong(Scope scope) {
        return Math.floorMod(time.asLong(scope), DAY_MS) / HOUR_MS;
      }
    };
  }

  /** Day of the week, Monday 0 to Sunday 6. */
  static Expression dayOfWeek(Expression time) {
    requireTimestamp("day_of_week", time);
    return new LongExpression() {
      @Override
      public long asLong(Scope scope) {
        long day = Math.floorDiv(time.asLong(scope), DAY_MS);
        return Math.floorMod(day + EPOCH_DAY_OF_WEEK, 7L);
      }
    };
  }

  private static void requireTimestamp(String name, Expression time) {
    if (time.type() != FieldType.TIMESTAMP) {
      throw new ExpressionException(name + " takes a timestamp, found " + time.type().text());
    }
  }
}
