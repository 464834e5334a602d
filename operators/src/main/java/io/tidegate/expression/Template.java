package io.tidegate.expression;

import java.util.ArrayList;
import java.util.List;

/** A sentence about a match: text with expressions in it, written as Python would write them. */
public final class Template {
  /** Text, or an expression and its format. */
  private record Part(String text, Expression expression, Format format) {}

  private final Part[] parts;

  /** Of the last sentence; the next is about as long. */
  private int length = 16;

  private Template(List<Part> parts) {
    this.parts = parts.toArray(Part[]::new);
  }

  /** Begins a template. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The sentence.
   *
   * @param scope points at the match
   */
  public String render(Scope scope) {
    if (parts.length == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder(length + 8);
    for (Part part : parts) {
      if (part.expression() == null) {
        text.append(part.text());
      } else {
        part.format().append(text, part.expression().value(scope), part.expression().type());
      }
    }
    length = text.length();
    return text.toString();
  }

  /** Collects the parts of a template. */
  public static final class Builder {
    private final List<Part> parts = new ArrayList<>();

    private Builder() {}

    /** Adds text. */
    public Builder text(String text) {
      parts.add(new Part(text, null, null));
      return this;
    }

    /**
     * Adds an expression.
     *
     * @param format Python's format specification, such as {@code .2f}; null for the plain value
     * @throws ExpressionException when the format is not understood or does not fit the type
     */
    public Builder expression(Expression expression, String format) {
      parts.add(new Part(null, expression, Format.of(format, expression.type())));
      return this;
    }

    /** The template. */
    public Template build() {
      return new Template(parts);
    }
  }
}
