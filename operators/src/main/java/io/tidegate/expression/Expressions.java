package io.tidegate.expression;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.event.FieldType;
import java.util.ArrayList;
import java.util.List;

/** Compiles the syntax trees of a plan. */
public final class Expressions {
  private Expressions() {}

  /**
   * Compiles an expression; parts that depend on nothing become constants.
   *
   * @param tree the syntax tree; every node carries its type
   * @param context what it may refer to
   * @return an expression of the declared type, for use by one thread
   * @throws ExpressionException when the tree is malformed, names something unknown, or combines
   *     types that do not go together
   */
  public static Expression compile(JsonNode tree, CompileContext context) {
    FieldType type = typeOf(tree);
    if (tree.has("literal")) {
      return Literal.of(tree.get("literal"), type);
    }
    if (tree.has("call")) {
      return call(tree, type, context);
    }
    if (tree.has("stage")) {
      return stage(tree, type, context);
    }
    if (tree.has("field")) {
      return field(tree, type, context);
    }
    if (tree.has("parameter")) {
      return parameter(tree, type, context);
    }
    if (tree.has("key")) {
      return Types.declared(key(context), type, "key");
    }
    if (tree.has("match")) {
      return Types.declared(match(tree.get("match").asText(), context), type, "match");
    }
    throw new ExpressionException("no expression: " + tree);
  }

  private static FieldType typeOf(JsonNode tree) {
    if (!tree.path("type").isTextual()) {
      throw new ExpressionException("an expression without a type: " + tree);
    }
    try {
      return FieldType.of(tree.get("type").textValue());
    } catch (IllegalArgumentException e) {
      throw new ExpressionException(e.getMessage(), e);
    }
  }

  private static Expression call(JsonNode tree, FieldType type, CompileContext context) {
    String name = tree.get("call").asText();
    List<Expression> arguments = new ArrayList<>();
    for (JsonNode argument : tree.path("args")) {
      arguments.add(compile(argument, context));
    }
    Expression node = Calls.of(name, arguments, type);
    if (arguments.stream().allMatch(Literal.class::isInstance)) {
      node = Literal.fold(node);
    } else if (arguments.stream().allMatch(Constant.class::isInstance)) {
      List<Constant> constants = arguments.stream().map(Constant.class::cast).toList();
      node = Adjustable.computed(name, node, constants);
    } else if (context.current() != null && tree.findValue("stage") == null) {
      node = EventPredicate.alone(node);
    }
    return Types.declared(node, type, name);
  }

  private static Expression field(JsonNode tree, FieldType type, CompileContext context) {
    String name = tree.get("field").asText();
    if (context.current() == null) {
      throw new ExpressionException(
          "'" + name + "' is a field of the current event, and a match has none; name a stage");
    }
    FieldReader reader = FieldReader.of(name, context, context.current());
    return Types.declared(CurrentField.of(reader), type, "field '" + name + "'");
  }

  private static Expression stage(JsonNode tree, FieldType type, CompileContext context) {
    String name = tree.get("stage").asText();
    CompileContext.StageReference stage = context.stages().get(name);
    if (stage == null) {
      throw new ExpressionException(
          "no stage '"
              + name
              + "'; there are "
              + context.stages().keySet().stream().sorted().toList());
    }
    String aggregate = tree.path("aggregate").asText();
    if (aggregate.equals("count")) {
      return Types.declared(StageAggregate.count(stage.index()), type, name + ".count");
    }
    String field = tree.path("field").asText();
    FieldReader reader = FieldReader.of(field, context, stage.streams());
    String what = name + "." + (aggregate.isEmpty() ? tree.path("select").asText() : aggregate);
    Expression node =
        aggregate.isEmpty()
            ? StageField.of(stage.index(), selection(tree.path("select")), reader)
            : StageAggregate.of(aggregate, stage.index(), reader);
    return Types.declared(node, type, what + " of '" + field + "'");
  }

  private static int selection(JsonNode select) {
    if (select.isInt()) {
      return select.intValue();
    }
    return switch (select.asText()) {
      case "first" -> 0;
      case "last" -> -1;
      default ->
          throw new ExpressionException(
              "select is " + select + "; expected \"first\", \"last\" or an integer");
    };
  }

  private static Expression parameter(JsonNode tree, FieldType type, CompileContext context) {
    String name = tree.get("parameter").asText();
    Constant node = context.parameters().node(name);
    if (node == null) {
      throw new ExpressionException(
          "no parameter '" + name + "'; there are " + context.parameters().names());
    }
    return Types.declared(node, type, "parameter '" + name + "'");
  }

  private static Expression key(CompileContext context) {
    return new StringExpression() {
      @Override
      public String asString(Scope scope) {
        return scope.current == null ? scope.key : context.keyOf().apply(scope.current);
      }
    };
  }

  private static Expression match(String part, CompileContext context) {
    if (context.current() != null) {
      throw new ExpressionException(
          "match " + part + " is known for a whole match only, not in a condition");
    }
    FieldType type = part.equals("duration") ? FieldType.LONG : FieldType.TIMESTAMP;
    return new LongExpression(type) {
      private final boolean start = part.equals("start");
      private final boolean duration = part.equals("duration");

      @Override
      public long asLong(Scope scope) {
        if (duration) {
          return scope.matchEnd - scope.matchStart;
        }
        return start ? scope.matchStart : scope.matchEnd;
      }
    };
  }
}
