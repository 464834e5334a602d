package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;
import java.util.ArrayList;
import java.util.List;

/** Kleene's three-valued {@code and}, {@code or} and {@code not}. */
final class Logic {
  private Logic() {}

  static Expression and(List<Expression> terms) {
    return combine(terms, Truth.FALSE, "and");
  }

  static Expression or(List<Expression> terms) {
    return combine(terms, Truth.TRUE, "or");
  }

  /** The terms of a conjunction, the node itself where it is none, nothing for null. */
  static List<? extends Expression> conjuncts(Expression node) {
    if (node == null) {
      return List.of();
    }
    return node instanceof Joined joined && joined.decisive() == Truth.FALSE
        ? joined.terms()
        : List.of(node);
  }

  static Expression not(Expression term) {
    requireBoolean(term, "not");
    if (term instanceof EventPredicate predicate) {
      return new EventPredicate() {
        @Override
        int truthOf(Event event) {
          return Truth.not(predicate.truthOf(event));
        }

        @Override
        Domains domains(int stream, boolean wanted) {
          return predicate.domains(stream, !wanted);
        }
      };
    }
    return new BooleanExpression() {
      @Override
      public int asTruth(Scope scope) {
        return Truth.not(term.asTruth(scope));
      }
    };
  }

  /**
   * Terms joined by {@code and} or {@code or}.
   *
   * @param decisive the value of one term that decides the whole
   */
  private static Expression combine(List<Expression> terms, int decisive, String name) {
    terms.forEach(term -> requireBoolean(term, name));
    if (terms.size() == 1) {
      return terms.get(0);
    }
    List<Expression> flat = new ArrayList<>();
    for (Expression term : terms) {
      if (term instanceof Joined joined && joined.decisive() == decisive) {
        flat.addAll(joined.terms());
      } else {
        flat.add(term);
      }
    }
    return flat.stream().allMatch(EventPredicate.class::isInstance)
        ? new OfPredicates(flat.toArray(EventPredicate[]::new), decisive)
        : new OfExpressions(flat.toArray(Expression[]::new), decisive);
  }

  private static void requireBoolean(Expression term, String name) {
    if (term.type() != FieldType.BOOLEAN) {
      throw new ExpressionException(name + " takes boolean operands, found " + term.type().text());
    }
  }

  /** A conjunction (decisive FALSE) or disjunction (decisive TRUE). */
  private interface Joined {
    int decisive();

    List<? extends Expression> terms();
  }

  private static final class OfPredicates extends EventPredicate implements Joined {
    private final EventPredicate[] terms;
    private final int decisive;

    OfPredicates(EventPredicate[] terms, int decisive) {
      this.terms = terms;
      this.decisive = decisive;
    }

    @Override
    int truthOf(Event event) {
      int result = 1 - decisive;
      for (EventPredicate term : terms) {
        int truth = term.truthOf(event);
        if (truth == decisive) {
          return decisive;
        }
        if (truth == Truth.UNKNOWN) {
          result = Truth.UNKNOWN;
        }
      }
      return result;
    }

    @Override
    Domains domains(int stream, boolean wanted) {
      // One term decides, or all of them have to be the other value.
      boolean one = wanted == (decisive == Truth.TRUE);
      Domains domains = one ? Domains.NEVER : Domains.ANY;
      for (EventPredicate term : terms) {
        Domains ofTerm = term.domains(stream, wanted);
        domains = one ? domains.or(ofTerm) : domains.and(ofTerm);
      }
      return domains;
    }

    @Override
    public int decisive() {
      return decisive;
    }

    @Override
    public List<EventPredicate> terms() {
      return List.of(terms);
    }
  }

  private static final class OfExpressions extends BooleanExpression implements Joined {
    private final Expression[] terms;
    private final int decisive;

    OfExpressions(Expression[] terms, int decisive) {
      this.terms = terms;
      this.decisive = decisive;
    }

    @Override
    public int asTruth(Scope scope) {
      int result = 1 - decisive;
      for (Expression term : terms) {
        int truth = term.asTruth(scope);
        if (truth == decisive) {
          return decisive;
        }
        if (truth == Truth.UNKNOWN) {
          result = Truth.UNKNOWN;
        }
      }
      return result;
    }

    @Override
    public int decisive() {
      return decisive;
    }

    @Override
    public List<Expression> terms() {
      return List.of(terms);
    }
  }
}
