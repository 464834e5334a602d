package io.tidegate.operator;

import io.tidegate.record.MatchedEvent;
import io.tidegate.record.RuleReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Ids of matches: functions of the rule, the key and the identities of the matched events.
 *
 * <p>An id is the first 32 hex digits of the sha256 over texts, each preceded by its length in
 * UTF-8 bytes and a colon, so that no two lists of texts give the same bytes. Not thread-safe: the
 * digest and the buffer are kept, since making them anew costs more than the digest.
 */
final class MatchIds {
  private static final int ID_BYTES = 16;
  private static final int LENGTH_DIGITS = 10;

  private final MessageDigest digest;
  private byte[] buffer = new byte[512];
  private int size;

  MatchIds() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The id of a match; events in the order of the match. */
  String of(RuleReference rule, String key, List<MatchedEvent> events) {
    add(rule.id());
    add(Integer.toString(rule.version()));
    add(key);
    for (int i = 0; i < events.size(); i++) {
      add(events.get(i).stage());
      add(events.get(i).identity());
    }
    return HexFormat.of().formatHex(digest(), 0, ID_BYTES);
  }

  /** The digest of some texts. */
  static byte[] sha256(String... texts) {
    MatchIds ids = new MatchIds();
    for (String text : texts) {
      ids.add(text);
    }
    return ids.digest();
  }

  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (size + bytes.length + LENGTH_DIGITS + 1 > buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * (size + bytes.length + LENGTH_DIGITS + 1));
    }
    addNumber(bytes.length);
    buffer[size++] = ':';
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private void addNumber(int number) {
    if (number >= 10) {
      addNumber(number / 10);
    }
    buffer[size++] = (byte) ('0' + number % 10);
  }

  private byte[] digest() {
    digest.update(buffer, 0, size);
    size = 0;
    return digest.digest();
  }
}
