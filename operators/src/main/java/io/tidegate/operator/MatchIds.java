package io.tidegate.operator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Ids of matches: functions of the rule, the key and the identities of the matched events.
 *
 * <p>An id is the first 32 hex digits of the sha256 over texts, each preceded by its length in
 * UTF-8 bytes and a colon, so that no two lists of texts give the same bytes. Most of the texts are
 * those of the match before, so whoever adds them keeps them in that form. Not thread-safe: the
 * digest and the buffer are kept, since making them anew costs more than the digest.
 */
final class MatchIds {
  private static final int ID_BYTES = 16;

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

  /** Texts as they are digested: each with its length in front. */
  static byte[] form(String... texts) {
    byte[] form = {};
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      byte[] length = (bytes.length + ":").getBytes(StandardCharsets.US_ASCII);
      int before = form.length;
      form = Arrays.copyOf(form, before + length.length + bytes.length);
      System.arraycopy(length, 0, form, before, length.length);
      System.arraycopy(bytes, 0, form, before + length.length, bytes.length);
    }
    return form;
  }

  /** The digest of some texts. */
  static byte[] sha256(String... texts) {
    MatchIds ids = new MatchIds();
    ids.add(form(texts));
    return ids.digest();
  }

  /** Adds texts in the form of {@link #form} to those of the next id. */
  void add(byte[] form) {
    if (size + form.length > buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * (size + form.length));
    }
    System.arraycopy(form, 0, buffer, size, form.length);
    size += form.length;
  }

  /** The id of what was added since the last one. */
  String next() {
    return HexFormat.of().formatHex(digest(), 0, ID_BYTES);
  }

  private byte[] digest() {
    digest.update(buffer, 0, size);
    size = 0;
    return digest.digest();
  }
}
