package io.tidegate.expression;

import io.tidegate.event.FieldType;
import java.util.List;

/** Distances on the earth. */
final class Geography {
  /** Mean radius of the earth in km (IUGG: (2a + b) / 3). */
  private static final double RADIUS_KM = 6371.0088;

  private static final double HOUR_MS = 3_600_000;

  private Geography() {}

  /**
   * Great-circle distance between two points.
   *
   * @param degrees latitude and longitude of the first point, then of the second, in degrees
   */
  static Expression haversineKm(List<Expression> degrees) {
    Arithmetic.requireNumbers("haversine_km", degrees);
    Expression lat1 = degrees.get(0);
    Expression lon1 = degrees.get(1);
    Expression lat2 = degrees.get(2);
    Expression lon2 = degrees.get(3);
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        return distanceKm(
            lat1.asDouble(scope), lon1.asDouble(scope), lat2.asDouble(scope), lon2.asDouble(scope));
      }
    };
  }

  /**
   * Speed between two points in km/h, whichever time is first; infinite where they are apart at one
   * time, and 0 where they are one point.
   *
   * @param a latitude and longitude in degrees and time of the first point, then of the second
   */
  static Expression speedKmh(List<Expression> a) {
    Arithmetic.requireNumbers("speed_kmh", List.of(a.get(0), a.get(1), a.get(3), a.get(4)));
    Expression from = a.get(2);
    Expression to = a.get(5);
    if (from.type() != FieldType.TIMESTAMP || to.type() != FieldType.TIMESTAMP) {
      throw new ExpressionException(
          "speed_kmh takes (latitude, longitude, time) twice; a time is a timestamp");
    }
    Expression distance = haversineKm(List.of(a.get(0), a.get(1), a.get(3), a.get(4)));
    return new DoubleExpression() {
      @Override
      public double asDouble(Scope scope) {
        double km = distance.asDouble(scope);
        long ms = Math.abs(to.asLong(scope) - from.asLong(scope));
        return km == 0 ? 0 : km / (ms / HOUR_MS);
      }
    };
  }

  static double distanceKm(double lat1, double lon1, double lat2, double lon2) {
    double a = Math.toRadians(lat1);
    double b = Math.toRadians(lat2);
    double halfLat = Math.sin((b - a) / 2);
    double halfLon = Math.sin(Math.toRadians(lon2 - lon1) / 2);
    double h = halfLat * halfLat + Math.cos(a) * Math.cos(b) * halfLon * halfLon;
    return 2 * RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
  }
}
