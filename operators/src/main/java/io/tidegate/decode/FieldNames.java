package io.tidegate.decode;

import io.tidegate.event.EventType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds fields by name, fast where records name them in the same order.
 *
 * <p>The parser gives one String object for equal names, so a name at the same place as in the
 * record before is recognised by a comparison of references; a hash look-up does the rest.
 */
final class FieldNames {
  private static final int MAX_PLACES = 256;

  private final Map<String, Integer> indexes = new HashMap<>();
  private String[] names = new String[16];
  private int[] fields = new int[16];
  private int place;

  FieldNames(EventType type) {
    for (int i = 0; i < type.size(); i++) {
      indexes.put(type.field(i).name(), i);
    }
  }

  /** A new record begins. */
  void begin() {
    place = 0;
  }

  /** The index of the record's next member, or -1 when the type has no such field. */
  int indexOf(String name) {
    int at = place++;
    if (at < names.length && names[at] == name) {
      return fields[at];
    }
    int field = indexes.getOrDefault(name, -1);
    if (at < MAX_PLACES) {
      if (at >= names.length) {
        names = Arrays.copyOf(names, 2 * names.length);
        fields = Arrays.copyOf(fields, names.length);
      }
      names[at] = name;
      fields[at] = field;
    }
    return field;
  }
}
