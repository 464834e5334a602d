package io.tidegate.tool;

import io.tidegate.event.Event;
import io.tidegate.window.WindowDefinition;
import java.util.ArrayList;
import java.util.List;

/** All samples that windows of one key were cut from, in the order in which the job took them. */
final class Samples {
  private final WindowDefinition window;
  private final String key;
  private final List<Event> events = new ArrayList<>();

  Samples(WindowDefinition window, String key) {
    this.window = window;
    this.key = key;
  }

  void add(Event event) {
    events.add(event);
  }

  String key() {
    return key;
  }

  /** Their places among all events of the run. */
  List<Long> numbers() {
    return events.stream().map(event -> event.offset).toList();
  }

  /** Their channels as windows hold them, float32 [samples, channels] in row-major order. */
  float[] values() {
    int channels = window.channelCount();
    float[] values = new float[events.size() * channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = window.value(events.get(i / channels), i % channels);
    }
    return values;
  }
}
