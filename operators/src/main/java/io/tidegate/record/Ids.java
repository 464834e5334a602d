package io.tidegate.record;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Ids that are functions of what they name. */
final class Ids {
  private static final int HEX_DIGITS = 32;

  private Ids() {}

  /** Id of the alert about a match; {@code model}, its hashes, is empty when none saw it. */
  static String alert(String matchId, String model) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(matchId.getBytes(StandardCharsets.UTF_8));
      digest.update(model.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
