package io.tidegate.rules;

import java.util.Arrays;

/**
 * Up to which event time beats let time pass: as far as every router has marked.
 *
 * <p>A router without events marks a beat in the channels that its events take, so whatever was on
 * its way before the mark has arrived with it, and time that passes by marks overtakes none of it.
 */
public final class QuietMarks {
  /** Nothing is marked by all. */
  public static final long NONE = Long.MIN_VALUE;

  private long[] beats = {};
  private long passed = NONE;

  /**
   * Takes note of a router's mark.
   *
   * @param beat the event time up to which no event is on its way any more, epoch ms
   * @param router the router's subtask
   * @param routers how many there are
   */
  public void note(long beat, int router, int routers) {
    if (beats.length != routers) {
      beats = new long[routers];
      Arrays.fill(beats, NONE);
    }
    beats[router] = Math.max(beats[router], beat);
    long least = Long.MAX_VALUE;
    for (long each : beats) {
      least = Math.min(least, each);
    }
    if (least != NONE) {
      // An event at the very time of the beat may still come.
      passed = Math.max(passed, least - 1);
    }
  }

  /** The event time that may pass, epoch ms; {@link #NONE} for none. */
  public long passed() {
    return passed;
  }

  /** The greatest beat that some router has marked; {@link #NONE} for none. */
  public long greatest() {
    long greatest = NONE;
    for (long each : beats) {
      greatest = Math.max(greatest, each);
    }
    return greatest;
  }
}
