package io.tidegate.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of JSON texts that do not depend on the order of their members. */
final class Digests {
  private static final ObjectMapper SORTED =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

  private Digests() {}

  /** The sha256 over some texts, in hexadecimal. */
  static String of(JsonNode... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (JsonNode part : parts) {
        digest.update(SORTED.writeValueAsBytes(SORTED.treeToValue(part, Object.class)));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException | JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
