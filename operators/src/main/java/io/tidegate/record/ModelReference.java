package io.tidegate.record;

import java.util.Objects;

/**
 * The model that scored a window.
 *
 * @param name name on the model's card
 * @param version version on the model's card
 * @param sha256 sha256 of model.onnx, hex
 * @param provider ONNX Runtime execution provider that was really used
 */
public record ModelReference(String name, String version, String sha256, String provider) {
  public ModelReference {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(sha256, "sha256");
    Objects.requireNonNull(provider, "provider");
  }
}
