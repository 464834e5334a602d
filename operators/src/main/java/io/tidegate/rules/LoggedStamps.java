package io.tidegate.rules;

import java.io.Serializable;
import java.util.Map;

/** The stamps that were logged before. */
public interface LoggedStamps extends Serializable {
  /** Where nothing was logged. */
  LoggedStamps NONE = Map::of;

  /** By request, its stamp. */
  Map<String, Long> read();
}
