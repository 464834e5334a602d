package io.tidegate.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.record.ImmutableSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializer of records that are rare and have to be read by later versions: JSON behind its
 * length. Members that a later version added are passed over, those it lacks are null or zero.
 *
 * @param <T> the record
 */
public abstract class TextSerializer<T> extends ImmutableSerializer<T> {
  private static final long serialVersionUID = 1L;

  static final ObjectMapper JSON =
      new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  private final Class<T> type;

  TextSerializer(Class<T> type) {
    this.type = type;
  }

  @Override
  public void serialize(T record, DataOutputView target) throws IOException {
    byte[] bytes = text(record).getBytes(StandardCharsets.UTF_8);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  @Override
  public T deserialize(DataInputView source) throws IOException {
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    return JSON.readValue(bytes, type);
  }

  /** The JSON text of a record. */
  public static String text(Object record) {
    try {
      return JSON.writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record has no JSON form: " + record, e);
    }
  }

  /** The record of a text of {@link #text}. */
  public static <R> R read(String text, Class<R> type) {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a " + type.getSimpleName() + ": " + text, e);
    }
  }
}
