package io.tidegate.event;

import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The layout of a stream's events: what their slots and their topic index mean.
 *
 * <p>Equal types are one object within a class loader (also after Java deserialization), so that
 * {@code event.type == type} tells at no cost whether an event has the expected layout.
 */
public final class EventType implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Map<EventType, WeakReference<EventType>> INTERNED = new WeakHashMap<>();

  private final String name;
  private final List<String> topics;
  private final Field[] fields;
  private transient int[] slots;
  private transient int numberCount;
  private transient int stringCount;
  private transient Map<String, Integer> indexes;
  private transient int[] fieldsByName;

  private EventType(String name, List<String> topics, Field[] fields) {
    this.name = name;
    this.topics = topics;
    this.fields = fields;
  }

  /**
   * The type of the events of one stream.
   *
   * @param name the stream's name
   * @param topics the topics it is read from; {@link Event#topic} is an index into them
   * @param fields its fields, in order
   * @throws IllegalArgumentException when the name is empty or two topics or fields have one name
   */
  public static EventType of(String name, List<String> topics, List<Field> fields) {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("a stream has no name");
    }
    if (new HashSet<>(topics).size() != topics.size()) {
      throw new IllegalArgumentException("stream '" + name + "' names a topic twice: " + topics);
    }
    Set<String> seen = new HashSet<>();
    for (Field field : fields) {
      if (!seen.add(field.name())) {
        throw new IllegalArgumentException(
            "stream '" + name + "' has two fields named '" + field.name() + "'");
      }
    }
    return intern(new EventType(name, List.copyOf(topics), fields.toArray(Field[]::new)));
  }

  /** The type of a stream that is read from the topic of its own name. */
  public static EventType of(String name, Field... fields) {
    return of(name, List.of(name), List.of(fields));
  }

  private static EventType intern(EventType type) {
    synchronized (INTERNED) {
      WeakReference<EventType> known = INTERNED.get(type);
      EventType canonical = known == null ? null : known.get();
      if (canonical == null) {
        type.index();
        INTERNED.put(type, new WeakReference<>(type));
        canonical = type;
      }
      return canonical;
    }
  }

  private void index() {
    slots = new int[fields.length];
    indexes = new HashMap<>();
    for (int i = 0; i < fields.length; i++) {
      slots[i] = fields[i].type() == FieldType.STRING ? stringCount++ : numberCount++;
      indexes.put(fields[i].name(), i);
    }
    fieldsByName = Arrays.stream(fields).map(Field::name).sorted().mapToInt(indexes::get).toArray();
  }

  private Object readResolve() {
    return intern(this);
  }

  /** The name of the stream. */
  public String name() {
    return name;
  }

  /** The topics of the stream, in the order of {@link Event#topic}. */
  public List<String> topics() {
    return topics;
  }

  /** The number of fields. */
  public int size() {
    return fields.length;
  }

  /** The field at an index, 0 up to {@link #size()}. */
  public Field field(int index) {
    return fields[index];
  }

  /** All fields, in order. */
  public List<Field> fields() {
    return List.of(fields);
  }

  /** The index of a field, or -1 when there is none of that name. */
  public int indexOf(String field) {
    Integer index = indexes.get(field);
    return index == null ? -1 : index;
  }

  /**
   * The slot of a field: into {@link Event#strings} for a string, else into {@link Event#numbers}.
   */
  public int slot(int fieldIndex) {
    return slots[fieldIndex];
  }

  /** Indexes of all fields in the order of their names; not to be written to. */
  int[] fieldsByName() {
    return fieldsByName;
  }

  /** The length of {@link Event#numbers}. */
  public int numberCount() {
    return numberCount;
  }

  /** The length of {@link Event#strings}. */
  public int stringCount() {
    return stringCount;
  }

  /** The length of {@link Event#nulls} where an event has one: 64 fields a word. */
  public int nullWords() {
    return (fields.length + 63) >>> 6;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof EventType that
            && name.equals(that.name)
            && topics.equals(that.topics)
            && Arrays.equals(fields, that.fields);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + topics.hashCode()) + Arrays.hashCode(fields);
  }

  @Override
  public String toString() {
    return name + Arrays.toString(fields);
  }
}
