package io.tidegate.record;

import java.util.Arrays;
import java.util.Objects;

/**
 * The window that was cut for a match.
 *
 * @param status whether there is a window, and if not, why
 * @param values float32 [channels, length] in row-major order; null unless {@code status} is OK
 * @param startTimestamp event time of the first sample, epoch ms; 0 when there is no sample
 * @param endTimestamp event time of the last sample, epoch ms; 0 when there is no sample
 * @param first position of the first sample; null when there is no sample
 * @param last position of the last sample; null when there is no sample
 */
public record WindowCut(
    WindowStatus status,
    float[] values,
    long startTimestamp,
    long endTimestamp,
    Position first,
    Position last) {
  /** No window was asked for. */
  public static final WindowCut NONE = new WindowCut(WindowStatus.NONE, null, 0, 0, null, null);

  public WindowCut {
    Objects.requireNonNull(status, "status");
    if (values != null && status != WindowStatus.OK) {
      throw new IllegalArgumentException("a window with status " + status + " has no values");
    }
    if ((first == null) != (last == null)) {
      throw new IllegalArgumentException("first and last are given together, or neither");
    }
  }

  /** The same window without its samples, as it travels beside them in a batch. */
  public WindowCut withoutValues() {
    return values == null
        ? this
        : new WindowCut(status, null, startTimestamp, endTimestamp, first, last);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WindowCut o
        && status == o.status
        && Arrays.equals(values, o.values)
        && startTimestamp == o.startTimestamp
        && endTimestamp == o.endTimestamp
        && Objects.equals(first, o.first)
        && Objects.equals(last, o.last);
  }

  @Override
  public int hashCode() {
    return Objects.hash(status, Arrays.hashCode(values), startTimestamp, endTimestamp, first, last);
  }
}
