package io.tidegate.expression;

import io.tidegate.event.Event;
import io.tidegate.event.FieldType;

/** Nodes that read a field of the current event; kept apart so that comparisons can specialise. */
final class CurrentField {
  private CurrentField() {}

  /** The node that reads the field, of the reader's type. */
  static Expression of(FieldReader reader) {
    return switch (reader.type()) {
      case DOUBLE -> new OfDouble(reader);
      case LONG, TIMESTAMP -> new OfLong(reader);
      case STRING -> new OfString(reader);
      case BOOLEAN -> new OfBoolean(reader);
    };
  }

  static final class OfDouble extends DoubleExpression {
    final FieldReader reader;

    private OfDouble(FieldReader reader) {
      this.reader = reader;
    }

    @Override
    public double asDouble(Scope scope) {
      Event event = scope.current;
      return reader.isNull(event) ? scope.unknownDouble() : reader.doubleOf(event);
    }
  }

  static final class OfLong extends LongExpression {
    final FieldReader reader;

    private OfLong(FieldReader reader) {
      super(reader.type());
      this.reader = reader;
    }

    @Override
    public long asLong(Scope scope) {
      Event event = scope.current;
      return reader.isNull(event) ? scope.unknownLong() : reader.longOf(event);
    }
  }

  static final class OfString extends StringExpression {
    final FieldReader reader;

    private OfString(FieldReader reader) {
      this.reader = reader;
    }

    @Override
    public String asString(Scope scope) {
      return reader.stringOf(scope.current);
    }
  }

  static final class OfBoolean extends EventPredicate {
    final FieldReader reader;

    private OfBoolean(FieldReader reader) {
      this.reader = reader;
    }

    @Override
    int truthOf(Event event) {
      return reader.isNull(event) ? Truth.UNKNOWN : (int) reader.longOf(event);
    }

    @Override
    Domains domains(int stream, boolean wanted) {
      long value = Truth.of(wanted);
      return Domains.of(reader.place(stream), FieldDomain.range(value, value));
    }
  }

  /** The reader of a node that reads a field of the current event, else null. */
  static FieldReader readerOf(Expression node) {
    if (node instanceof OfDouble d) {
      return d.reader;
    }
    if (node instanceof OfLong l) {
      return l.reader;
    }
    if (node instanceof OfString s) {
      return s.reader;
    }
    return node instanceof OfBoolean b ? b.reader : null;
  }

  static boolean isNumber(FieldType type) {
    return type != FieldType.STRING && type != FieldType.BOOLEAN;
  }
}
