"""Parses expression text, Python's syntax, into typed expressions.

Only expressions that read events and compute are accepted; what does not fit the schema is an
error here, so that nothing can fail while the job runs.
"""

from __future__ import annotations

import ast

from tidegate.expression import (
    Aggregate,
    Expression,
    FieldValue,
    Key,
    Literal,
    MatchTime,
    Parameter,
    StageValue,
)
from tidegate.function_types import AGGREGATES, FUNCTIONS, aggregate_type
from tidegate.nodes import make_call, make_literal
from tidegate.scope import ProblemError, Scope, field_type, located, suggest
from tidegate.streams import FieldType, Stream
from tidegate.syntax import PARAMETER_MARK, one_line, parse_syntax, span

_MAX_DEPTH = 100  # far above what people write, far below what exhausts a stack
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}
_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Mod: "mod",
    ast.Pow: "pow",
}
_INSTEAD: dict[type[ast.AST], str] = {
    ast.FloorDiv: "write floor(a / b) instead of a // b",
    ast.BitAnd: "write `and` instead of & in text",
    ast.BitOr: "write `or` instead of | in text",
    ast.Invert: "write `not` instead of ~ in text",
    ast.IfExp: "write conditions with and/or instead of `if`",
    ast.JoinedStr: "write concat(...) instead of an f-string",
}
_NOT_PART = "this is not part of the expression language"


def parse_expression(text: str, scope: Scope, expected: FieldType | None = None) -> Expression:
    """Typed expression of a text.

    Args:
        text: the expression in Python's syntax, `$name` for parameters.
        scope: what its names mean.
        expected: the type it must have, such as BOOLEAN for a condition.

    Raises:
        ExpressionError: when it cannot be parsed, names something unknown, or types do not fit.
    """
    tree, line = parse_syntax(text, scope.place), one_line(text)
    expression = _Checker(line, scope).check(tree)
    if expected is not None and expression.type is not expected:
        problem = f"the expression is a {expression.type}, expected a {expected}"
        raise located(scope.place, line, 0, len(line), problem)
    return expression


class _Checker:
    """Turns Python's tree into a typed expression in one scope."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._text = text
        self._scope = scope
        self._depth = 0

    def check(self, node: ast.expr) -> Expression:
        """Typed expression of a node; a problem is raised with the node's place."""
        self._depth += 1
        try:
            if self._depth > _MAX_DEPTH:
                raise ProblemError(f"nested more than {_MAX_DEPTH} deep; split the condition")
            return self._dispatch(node)
        except ProblemError as problem:
            column, width = span(self._text, node)
            raise located(self._scope.place, self._text, column, width, str(problem)) from problem
        finally:
            self._depth -= 1

    def _dispatch(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant():
                return make_literal(node.value)
            case ast.Name():
                return self._name(node.id)
            case ast.Attribute() | ast.Subscript():
                return self._reference(node)
            case ast.BoolOp():
                function = "and" if isinstance(node.op, ast.And) else "or"
                return make_call(function, [self.check(value) for value in node.values])
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp():
                return self._binary(node)
            case ast.Compare():
                return self._compare(node)
            case ast.Call():
                return self._call(node)
        raise ProblemError(_INSTEAD.get(type(node), _NOT_PART))

    def _name(self, name: str) -> Expression:
        scope = self._scope
        if name.startswith(PARAMETER_MARK):
            name = name[1:]
            if name not in scope.parameters:
                hint = suggest(name, scope.parameters)
                raise ProblemError(f"unknown parameter '${name}' of the rule; {hint}")
            return Parameter(name, scope.parameters[name])
        if name == "key":
            return Key()
        if name in ("start", "end", "duration"):
            if not scope.match_times:
                raise ProblemError(f"'{name}' of the match is known in measures and summary only")
            return MatchTime(name, FieldType.LONG if name == "duration" else FieldType.TIMESTAMP)
        return self._field(name)

    def _field(self, name: str) -> Expression:
        scope = self._scope
        known = any(stream.field(name) for stream in scope.current)
        if not known and (name in scope.stages or name in scope.unreachable):
            raise ProblemError(f"'{name}' is a stage; write {name}.last.FIELD or {name}.count")
        if not scope.current:
            raise ProblemError(f"'{name}': there is no current event here; write STAGE.last.{name}")
        return FieldValue(name, field_type(scope.current, name))

    def _reference(self, node: ast.Attribute | ast.Subscript) -> Expression:
        """`event["x"]`, `stage.count`, `stage.last.x`, `stage[0].x`, `stage.last["x"]`."""
        step, owner = _step(node), node.value
        if isinstance(owner, ast.Name):
            if owner.id == "event" and isinstance(step, str):
                return self._field(step)
            streams = self._stage(owner.id)
            if step == "count":
                return Aggregate(owner.id, "count", None, FieldType.LONG)
            raise ProblemError(_incomplete(owner.id, step, streams))
        if isinstance(owner, ast.Attribute | ast.Subscript) and isinstance(owner.value, ast.Name):
            stage, select = owner.value.id, _step(owner)
            streams = self._stage(stage)
            if isinstance(step, str) and (select in ("first", "last") or isinstance(select, int)):
                select = (
                    {0: "first", -1: "last"}.get(select, select)
                    if isinstance(select, int)
                    else select
                )
                return StageValue(stage, select, step, field_type(streams, step))
        raise ProblemError(
            "expected a field, STAGE.last.FIELD, STAGE.first.FIELD or STAGE[index].FIELD"
        )

    def _stage(self, name: str) -> tuple[Stream, ...]:
        scope = self._scope
        if name in scope.unreachable:
            raise ProblemError(f"stage '{name}' cannot be read here: {scope.unreachable[name]}")
        if name not in scope.stages:
            raise ProblemError(f"unknown stage '{name}'; {suggest(name, scope.stages)}")
        return scope.stages[name]

    def _unary(self, node: ast.UnaryOp) -> Expression:
        if isinstance(node.op, ast.Not):
            return make_call("not", [self.check(node.operand)])
        if isinstance(node.op, ast.USub):
            if isinstance(node.operand, ast.Constant) and type(node.operand.value) in (int, float):
                return make_literal(-node.operand.value)  # type: ignore[operator]
            operand = self.check(node.operand)
            if isinstance(operand, Literal) and operand.type.numeric:
                return make_literal(-operand.value)  # type: ignore[operator]
            return make_call("neg", [operand])
        raise ProblemError(_INSTEAD.get(type(node.op), _NOT_PART))

    def _binary(self, node: ast.BinOp) -> Expression:
        function = _BINARY.get(type(node.op))
        if function is None:
            raise ProblemError(_INSTEAD.get(type(node.op), _NOT_PART))
        args = [self.check(node.left), self.check(node.right)]
        if function == "add" and all(arg.type is FieldType.STRING for arg in args):
            function = "concat"
        return make_call(function, args)

    def _compare(self, node: ast.Compare) -> Expression:
        operands = [node.left, *node.comparators]
        kinds = [type(op) for op in node.ops]
        if kinds in ([ast.LtE, ast.LtE], [ast.GtE, ast.GtE]):
            low, value, high = [self.check(operand) for operand in operands]
            if kinds[0] is ast.GtE:
                low, high = high, low
            return make_call("between", [value, low, high])
        parts = [
            self._pair(left, op, right)
            for left, op, right in zip(operands, node.ops, operands[1:], strict=False)
        ]
        return parts[0] if len(parts) == 1 else make_call("and", parts)

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Expression:
        if isinstance(op, ast.Is | ast.IsNot):
            if not (isinstance(right, ast.Constant) and right.value is None):
                raise ProblemError("`is` works with None only; write == instead")
            found = make_call("is_null", [self.check(left)])
            return found if isinstance(op, ast.Is) else make_call("not", [found])
        if isinstance(op, ast.In | ast.NotIn):
            if isinstance(right, ast.List | ast.Tuple | ast.Set):
                found = make_call("in", [self.check(each) for each in (left, *right.elts)])
            else:
                found = make_call("contains", [self.check(right), self.check(left)])
            return found if isinstance(op, ast.In) else make_call("not", [found])
        for side in (left, right):
            if isinstance(side, ast.Constant) and side.value is None:
                raise ProblemError("a comparison with None is never true; write `is None`")
        return make_call(_COMPARISONS[type(op)], [self.check(left), self.check(right)])

    def _call(self, node: ast.Call) -> Expression:
        if node.keywords:
            raise ProblemError("functions take arguments by position")
        if isinstance(node.func, ast.Name):
            name = node.func.id
            if name not in FUNCTIONS:
                raise ProblemError(f"unknown function '{name}'; {suggest(name, FUNCTIONS)}")
            return make_call(name, [self.check(arg) for arg in node.args])
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            stage, function = node.func.value.id, node.func.attr
            streams = self._stage(stage)
            if function == "count":
                raise ProblemError(f"write {stage}.count, without parentheses")
            if function not in AGGREGATES:
                raise ProblemError(
                    f"unknown aggregate '{function}'; {suggest(function, AGGREGATES)}"
                )
            field = _only_field(node)
            try:
                kind = aggregate_type(function, field_type(streams, field))
            except ValueError as error:
                raise ProblemError(str(error)) from error
            return Aggregate(stage, function, field, kind)
        raise ProblemError("only functions and STAGE.aggregate(FIELD) can be called")


def _step(node: ast.Attribute | ast.Subscript) -> str | int:
    """What follows the owner: an attribute's name, a whole index or a quoted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    index = node.slice
    if isinstance(index, ast.Constant) and type(index.value) in (int, str):
        return index.value  # type: ignore[return-value]
    match index:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    raise ProblemError("an index is a whole number, counted from 0 or, negative, from the end")


def _only_field(node: ast.Call) -> str:
    match node.args:
        case [ast.Name(id=name)]:
            return name
        case [ast.Constant(value=str(name))]:
            return name
    raise ProblemError("an aggregate takes the name of one field")


def _incomplete(stage: str, step: str | int, streams: tuple[Stream, ...]) -> str:
    """What to write instead of a `stage.step` that is no value."""
    if step in AGGREGATES:
        return f"write {stage}.{step}(FIELD)"
    if isinstance(step, int):
        return f"name a field of the event: {stage}[{step}].FIELD"
    if step in ("first", "last"):
        return f"name a field of the event: {stage}.{step}.FIELD"
    if any(stream.field(step) for stream in streams):
        return f"which event of '{stage}'? write {stage}.last.{step} or {stage}.first.{step}"
    return f"'{step}' is nothing a stage has; expected first, last, [index], count, " + ", ".join(
        f"{name}(FIELD)" for name in AGGREGATES
    )
