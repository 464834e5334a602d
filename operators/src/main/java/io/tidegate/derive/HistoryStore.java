package io.tidegate.derive;

/**
 * Keeps parts of long histories apart from the state of their key, so that an event reads and
 * writes what it touches. All of it is of the key at work.
 */
public interface HistoryStore {
  /** Whether long histories are spread; parts that are here already are read in any case. */
  boolean spreads();

  /**
   * A part.
   *
   * @param field id of the derived field
   * @param part name of the part
   * @return null where there is none
   */
  byte[] get(long field, String part);

  /** Writes a part. */
  void put(long field, String part, byte[] bytes);

  /** Removes a part. */
  void remove(long field, String part);
}
