package io.tidegate.sink;

import java.util.List;

/** Raised when a table is not of the form that the job writes. */
public final class TableMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TableMismatchException(String table, List<String> differences) {
    super("table " + table + " " + String.join("; ", differences));
  }
}
