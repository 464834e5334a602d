package io.tidegate.expression;

import java.util.HashMap;
import java.util.Map;

/**
 * What fields of an event must be for a condition to be true: each named field in its domain. A
 * necessary condition, not a sufficient one. Immutable.
 */
public final class Domains {
  /** Says nothing about any field. */
  public static final Domains ANY = new Domains(Map.of());

  /** No event fits. */
  public static final Domains NEVER = new Domains(null);

  private final Map<FieldPlace, FieldDomain> byField;

  private Domains(Map<FieldPlace, FieldDomain> byField) {
    this.byField = byField;
  }

  /** A field is in a domain. */
  static Domains of(FieldPlace field, FieldDomain domain) {
    return domain.isEmpty() ? NEVER : new Domains(Map.of(field, domain));
  }

  /** Whether no event fits. */
  public boolean isNever() {
    return byField == null;
  }

  /** The domains by field; a field that is not here may be anything, also null. */
  public Map<FieldPlace, FieldDomain> byField() {
    return byField;
  }

  /** Both hold. */
  public Domains and(Domains other) {
    if (isNever() || other.isNever()) {
      return NEVER;
    }
    Map<FieldPlace, FieldDomain> both = new HashMap<>(byField);
    for (var entry : other.byField.entrySet()) {
      FieldDomain domain = both.merge(entry.getKey(), entry.getValue(), FieldDomain::and);
      if (domain.isEmpty()) {
        return NEVER;
      }
    }
    return new Domains(Map.copyOf(both));
  }

  /** One of them holds. */
  public Domains or(Domains other) {
    if (isNever()) {
      return other;
    }
    if (other.isNever()) {
      return this;
    }
    Map<FieldPlace, FieldDomain> shared = new HashMap<>(byField);
    shared.keySet().retainAll(other.byField.keySet());
    shared.replaceAll((field, domain) -> domain.or(other.byField.get(field)));
    return new Domains(Map.copyOf(shared));
  }
}
