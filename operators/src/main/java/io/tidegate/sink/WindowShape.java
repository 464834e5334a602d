package io.tidegate.sink;

import java.io.Serializable;
import java.util.List;

/**
 * What an alert says about the window that its model saw.
 *
 * @param name name of the window definition
 * @param channels channels in the order of the tensor's rows
 * @param length samples of a channel
 */
public record WindowShape(String name, List<String> channels, int length) implements Serializable {
  public WindowShape {
    channels = List.copyOf(channels);
  }
}
