package io.tidegate.event;

/** Stored events cannot be read into the streams of the present plan. */
public final class IncompatibleTypesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public IncompatibleTypesException(String message) {
    super(message);
  }
}
