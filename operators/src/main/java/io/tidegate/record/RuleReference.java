package io.tidegate.record;

import java.util.Objects;

/**
 * The rule that produced a match, as far as whoever reads the match needs it.
 *
 * @param id name of the rule, unique in a pipeline
 * @param version the author's version number
 * @param fingerprint sha256 over the rule's structure; text, measures and parameters do not enter
 * @param severity the author's severity
 * @param shadow whether the rule runs without raising alerts
 */
public record RuleReference(
    String id, int version, String fingerprint, String severity, boolean shadow) {
  public RuleReference {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(severity, "severity");
  }
}
