package io.tidegate.decode;

import java.io.IOException;

/** The schema registry is out of reach, or is none: no record can be judged until that changes. */
public final class SchemaRegistryException extends IOException {
  private static final long serialVersionUID = 1L;

  public SchemaRegistryException(String message, Throwable cause) {
    super(message, cause);
  }
}
