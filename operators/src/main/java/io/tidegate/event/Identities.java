package io.tidegate.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * Identity of events and the total order that rests on it.
 *
 * <p>Events of a key are handled by (event time, priority of the stream, identity); where they came
 * from plays no part. Identity is the values of the declared identity fields, or the whole content
 * when none are declared. Computed on demand: nothing is kept per event.
 */
public final class Identities {
  private static final String NULL = "\\N";
  private static final int HASH_BYTES = 8;

  // Making a digest costs more than using it on an event; it is reset by the use.
  private static final ThreadLocal<MessageDigest> SHA256 =
      ThreadLocal.withInitial(Identities::sha256);

  private Identities() {}

  /**
   * Compares two events in the total order: event time, priority, stream name, identity fields,
   * then the remaining fields, so that a repeated identity with other content has its fixed place
   * too. Nulls come first, doubles in the order of {@link Double#compare}. 0 means that the events
   * hold the same values and are interchangeable.
   *
   * @param streams the plan's streams; {@link Event#stream} is an index into them
   */
  public static int compare(StreamDefinition[] streams, Event a, Event b) {
    if (a.timestamp != b.timestamp) {
      return a.timestamp < b.timestamp ? -1 : 1;
    }
    StreamDefinition stream = streams[a.stream];
    if (a.stream != b.stream) {
      StreamDefinition other = streams[b.stream];
      int byPriority = Integer.compare(stream.priority(), other.priority());
      return byPriority != 0 ? byPriority : stream.name().compareTo(other.name());
    }
    for (int field : stream.identityFieldsShared()) {
      int order = compareField(a, b, field);
      if (order != 0) {
        return order;
      }
    }
    // Derived fields come behind the declared ones and say nothing new.
    for (int field = 0, size = stream.type().size(); field < size; field++) {
      int order = compareField(a, b, field);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** The order of {@link #compare(StreamDefinition[], Event, Event)} as a comparator. */
  public static Comparator<Event> order(StreamDefinition[] streams) {
    return (a, b) -> compare(streams, a, b);
  }

  private static int compareField(Event a, Event b, int field) {
    boolean aNull = a.isNull(field);
    boolean bNull = b.isNull(field);
    if (aNull || bNull) {
      return Boolean.compare(bNull, aNull);
    }
    int slot = a.type.slot(field);
    return switch (a.type.field(field).type()) {
      case STRING -> a.strings[slot].compareTo(b.strings[slot]);
      case DOUBLE -> Double.compare(a.doubleAt(slot), b.doubleAt(slot));
      default -> Long.compare(a.numbers[slot], b.numbers[slot]);
    };
  }

  /**
   * The identity as text: the values of the identity fields joined by {@code |} (a null is {@code
   * \N}; {@code \} and {@code |} within values are escaped by {@code \}), or, when none are
   * declared, {@code h:} and 16 hexadecimal digits of the SHA-256 of the content.
   */
  public static String of(StreamDefinition stream, Event event) {
    int[] fields = stream.identityFieldsShared();
    if (fields.length == 0) {
      return "h:" + HexFormat.of().formatHex(digest(stream.type(), event), 0, HASH_BYTES);
    }
    StringBuilder text = new StringBuilder(32);
    for (int i = 0; i < fields.length; i++) {
      if (i > 0) {
        text.append('|');
      }
      appendValue(text, event, fields[i]);
    }
    return text.toString();
  }

  /** Appends a field's value in the escaped text form that identities and keys use. */
  public static void appendValue(StringBuilder text, Event event, int field) {
    if (event.isNull(field)) {
      text.append(NULL);
      return;
    }
    int slot = event.type.slot(field);
    switch (event.type.field(field).type()) {
      case STRING -> appendEscaped(text, event.strings[slot]);
      case DOUBLE -> text.append(event.doubleAt(slot));
      case BOOLEAN -> text.append(event.numbers[slot] != 0);
      case LONG, TIMESTAMP -> text.append(event.numbers[slot]);
    }
  }

  private static void appendEscaped(StringBuilder text, String value) {
    if (value.indexOf('\\') < 0 && value.indexOf('|') < 0) {
      text.append(value);
      return;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' || c == '|') {
        text.append('\\');
      }
      text.append(c);
    }
  }

  /**
   * Digests (name, type, value) of every field that is not null, in the order of names: neither an
   * added nullable field nor another order of fields changes the identity of an event. Derived
   * fields are no content.
   */
  private static byte[] digest(EventType type, Event event) {
    MessageDigest sha256 = SHA256.get();
    for (int field : type.fieldsByName()) {
      if (!event.isNull(field)) {
        update(sha256, type.field(field).name());
        sha256.update((byte) type.field(field).type().text().charAt(0));
        update(sha256, event, field);
      }
    }
    return sha256.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void update(MessageDigest sha256, Event event, int field) {
    int slot = event.type.slot(field);
    switch (event.type.field(field).type()) {
      case STRING -> update(sha256, event.strings[slot]);
      // Double.compare makes all NaNs one value, so the hash does too.
      case DOUBLE -> update(sha256, Double.doubleToLongBits(event.doubleAt(slot)));
      default -> update(sha256, event.numbers[slot]);
    }
  }

  private static void update(MessageDigest sha256, long value) {
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, value));
  }

  private static void update(MessageDigest sha256, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    sha256.update(bytes);
  }
}
