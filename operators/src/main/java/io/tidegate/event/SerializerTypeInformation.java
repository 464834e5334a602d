package io.tidegate.event;

import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * Type information of a class that always has the same serializer.
 *
 * @param <T> the class
 */
public final class SerializerTypeInformation<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1L;

  private final Class<T> type;
  private final TypeSerializer<T> serializer;
  private final boolean key;

  /** Type information of what is never a key. */
  public SerializerTypeInformation(Class<T> type, TypeSerializer<T> serializer) {
    this(type, serializer, false);
  }

  private SerializerTypeInformation(Class<T> type, TypeSerializer<T> serializer, boolean key) {
    this.type = Objects.requireNonNull(type, "type");
    this.serializer = Objects.requireNonNull(serializer, "serializer");
    this.key = key;
  }

  /** Type information of a class whose equality and hash code make it a key. */
  public static <T> SerializerTypeInformation<T> ofKey(
      Class<T> type, TypeSerializer<T> serializer) {
    return new SerializerTypeInformation<>(type, serializer, true);
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isKeyType() {
    return key;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer.duplicate();
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SerializerTypeInformation<?> o
        && type == o.type
        && key == o.key
        && serializer.equals(o.serializer);
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + serializer.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof SerializerTypeInformation;
  }
}
