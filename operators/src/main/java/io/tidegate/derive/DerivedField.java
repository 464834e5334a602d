package io.tidegate.derive;

import io.tidegate.event.FieldType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A field that the events of a stream get when they are handled, from events of their key.
 *
 * @param name its name in the stream
 * @param type its type
 * @param function what it is of the values looked back at
 * @param stream index of the stream whose events have it
 * @param field its index in the layout of handled events
 * @param source index of the stream that is looked back at; {@code stream} but for LATEST
 * @param sourceField index of the field looked at, or -1 for events as such (count)
 * @param sourceType type of that field; null where there is none
 * @param by indexes of the fields that make the key, by stream; null for streams that play no part
 * @param events how many events are looked back at; 0 for a time range
 * @param rangeMs over which time before the event, ms, its beginning excluded; 0 for a number of
 *     events
 * @param includingCurrent whether the event itself is the last that counts
 */
public record DerivedField(
    String name,
    FieldType type,
    DerivedFunction function,
    int stream,
    int field,
    int source,
    int sourceField,
    FieldType sourceType,
    int[][] by,
    int events,
    long rangeMs,
    boolean includingCurrent) {
  /**
   * Under which number keys keep the field's state: 64 bits of the sha256 over what it is. State of
   * a field that has become another is not found, and the field begins anew.
   *
   * @param streams names of the streams by index
   * @param fields names of the source stream's fields by index
   */
  long id(String[] streams, String[] fields) {
    String text =
        String.join(
            "\n",
            streams[stream],
            name,
            function.text(),
            streams[source],
            sourceField < 0 ? "" : fields[sourceField] + " " + sourceType.text(),
            Arrays.deepToString(by),
            Integer.toString(events),
            Long.toString(rangeMs),
            Boolean.toString(includingCurrent));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
