package io.tidegate.expression;

import java.util.List;

/** Distances on the earth. */
final class Geography {
  /** Mean radius of the earth in km (IUGG: (2a + b) / 3). */
  private static final double RADIUS_KM = 6371.0088;

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

  static double distanceKm(double lat1, double lon1, double lat2, double lon2) {
    double a = Math.toRadians(lat1);
    double b = Math.toRadians(lat2);
    double halfLat = Math.sin((b - a) / 2);
    double halfLon = Math.sin(Math.toRadians(lon2 - lon1) / 2);
    double h = halfLat * halfLat + Math.cos(a) * Math.cos(b) * halfLon * halfLon;
    return 2 * RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
  }
}
