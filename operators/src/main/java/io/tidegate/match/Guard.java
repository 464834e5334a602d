package io.tidegate.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * When a transition may be taken: a conjunction of clauses, each a disjunction of literals.
 * Immutable.
 *
 * <p>A literal is {@code predicate << 1}, with the lowest bit set where it is negated. Building
 * simplifies: units are propagated, what is always true vanishes, what can never be true is {@link
 * #NEVER}.
 */
final class Guard {
  /** Holds for every event. */
  static final Guard ALWAYS = new Guard(new int[0][]);

  /** Holds for no event. */
  static final Guard NEVER = new Guard(null);

  /** The clauses; null where the guard can never hold. */
  final int[][] clauses;

  private Guard(int[][] clauses) {
    this.clauses = clauses;
  }

  static Guard of(int predicate) {
    return new Guard(new int[][] {{predicate << 1}});
  }

  boolean isAlways() {
    return clauses != null && clauses.length == 0;
  }

  boolean isNever() {
    return clauses == null;
  }

  /** Whether it holds where no event has come: every predicate is false then. */
  boolean holdsWithoutEvent() {
    if (isNever()) {
      return false;
    }
    for (int[] clause : clauses) {
      if (Arrays.stream(clause).noneMatch(literal -> (literal & 1) == 1)) {
        return false;
      }
    }
    return true;
  }

  Guard and(Guard other) {
    if (isNever() || other.isNever()) {
      return NEVER;
    }
    List<int[]> all = new ArrayList<>(Arrays.asList(clauses));
    all.addAll(Arrays.asList(other.clauses));
    return simplify(all);
  }

  /** The negation; the guard must be a conjunction of single literals. */
  Guard negate() {
    if (isNever()) {
      return ALWAYS;
    }
    int[] clause = new int[clauses.length];
    for (int i = 0; i < clauses.length; i++) {
      if (clauses[i].length != 1) {
        throw new IllegalStateException("negation of a disjunction");
      }
      clause[i] = clauses[i][0] ^ 1;
    }
    return clause.length == 0 ? NEVER : simplify(List.of(clause));
  }

  /** Propagates units until nothing changes; clauses come out sorted and without duplicates. */
  private static Guard simplify(List<int[]> clauses) {
    List<int[]> rest = clauses;
    boolean changed = true;
    while (changed) {
      changed = false;
      List<int[]> next = new ArrayList<>();
      for (int[] clause : rest) {
        int[] reduced = reduce(clause, rest);
        if (reduced == null) {
          changed = true;
        } else if (reduced.length == 0) {
          return NEVER;
        } else if (next.stream().anyMatch(seen -> Arrays.equals(seen, reduced))) {
          changed = true;
        } else {
          changed |= reduced.length != clause.length;
          next.add(reduced);
        }
      }
      rest = next;
    }
    return new Guard(rest.toArray(new int[0][]));
  }

  /** The clause without literals that units refute; null where it holds anyway. */
  private static int[] reduce(int[] clause, List<int[]> all) {
    int[] literals = Arrays.stream(clause).sorted().distinct().toArray();
    for (int i = 1; i < literals.length; i++) {
      if (literals[i] == (literals[i - 1] ^ 1)) {
        return null;
      }
    }
    for (int[] unit : all) {
      if (unit.length == 1 && unit != clause) {
        int literal = unit[0];
        if (literals.length > 1 && Arrays.stream(literals).anyMatch(l -> l == literal)) {
          return null;
        }
        literals = Arrays.stream(literals).filter(l -> l != (literal ^ 1)).toArray();
      }
    }
    return literals;
  }

  @Override
  public String toString() {
    return isNever() ? "never" : Arrays.deepToString(clauses);
  }
}
