package io.tidegate.operator;

import io.tidegate.record.MatchedEvent;
import io.tidegate.record.RuleReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Ids of matches: functions of the rule, the key and the identities of the matched events. */
final class MatchIds {
  private static final int HEX_DIGITS = 32;

  private MatchIds() {}

  /** The id of a match; events in the order of the match. */
  static String of(RuleReference rule, String key, List<MatchedEvent> events) {
    List<String> parts = new ArrayList<>();
    parts.add(rule.id());
    parts.add(Integer.toString(rule.version()));
    parts.add(key);
    for (MatchedEvent event : events) {
      parts.add(event.stage());
      parts.add(event.identity());
    }
    return HexFormat.of().formatHex(sha256(parts)).substring(0, HEX_DIGITS);
  }

  /**
   * The digest of texts, each preceded by its length in UTF-8 bytes and a colon, so that no two
   * lists of texts give the same bytes.
   */
  static byte[] sha256(List<String> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
