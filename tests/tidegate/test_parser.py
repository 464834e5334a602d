"""Expression text becomes typed expressions, or an error that points at the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tidegate.drawn import conditions
from tests.tidegate.streams import CONDITION, JOINTS, MEASURE, TRANSACTIONS
from tidegate.errors import ExpressionError
from tidegate.expression import Literal, to_json, to_text
from tidegate.parser import parse_expression
from tidegate.scope import Scope
from tidegate.streams import FieldType


def parsed(text, scope=CONDITION):
    return to_json(parse_expression(text, scope))


def call(name, *args, kind="boolean"):
    return {"call": name, "args": list(args), "type": kind}


AMOUNT = {"field": "amount", "type": "double"}
LOCATION = {"field": "location", "type": "string"}


def number(value):
    return {"literal": value, "type": "double"}


def string(value):
    return {"literal": value, "type": "string"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount >= 1000", call("ge", AMOUNT, number(1000.0))),
        ("0.01 <= amount <= 5.00", call("between", AMOUNT, number(0.01), number(5.0))),
        ("5.00 >= amount >= 0.01", call("between", AMOUNT, number(0.01), number(5.0))),
        (
            "0 < amount <= 5",
            call("and", call("lt", number(0.0), AMOUNT), call("le", AMOUNT, number(5.0))),
        ),
        ("location in ('a', 'b')", call("in", LOCATION, string("a"), string("b"))),
        ("location not in ['a']", call("not", call("in", LOCATION, string("a")))),
        ("'a' in location", call("contains", LOCATION, string("a"))),
        ("amount is None", call("is_null", AMOUNT)),
        ("amount is not None", call("not", call("is_null", AMOUNT))),
        ("amount > -5", call("gt", AMOUNT, number(-5.0))),
        ("amount > $limit", call("gt", AMOUNT, {"parameter": "limit", "type": "double"})),
        (
            "location == '$limit'",
            call("eq", LOCATION, string("$limit")),
        ),
        ("event['location'] == key", call("eq", LOCATION, {"key": True, "type": "string"})),
        (
            "a.last.location == a[-2].location",
            call(
                "eq",
                {"stage": "a", "select": "last", "field": "location", "type": "string"},
                {"stage": "a", "select": -2, "field": "location", "type": "string"},
            ),
        ),
        (
            "a[0].amount == a[-1].amount",
            call(
                "eq",
                {"stage": "a", "select": "first", "field": "amount", "type": "double"},
                {"stage": "a", "select": "last", "field": "amount", "type": "double"},
            ),
        ),
        (
            "a.count >= 3",
            call(
                "ge",
                {"stage": "a", "aggregate": "count", "type": "long"},
                {"literal": 3, "type": "long"},
            ),
        ),
        (
            "a.sum(amount) > 3",
            call(
                "gt",
                {"stage": "a", "aggregate": "sum", "field": "amount", "type": "double"},
                number(3.0),
            ),
        ),
        (
            "amount > 1 and (amount > 2 and amount > 3)",
            call("and", *(call("gt", AMOUNT, number(n)) for n in (1.0, 2.0, 3.0))),
        ),
    ],
)
def test_text_has_its_tree(text, expected):
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1 + 2", "long"),
        ("1 + 2.0", "double"),
        ("1 / 2", "double"),
        ("7 % 2", "long"),
        ("2 ** 3", "double"),
        ("ts - a.last.ts", "long"),
        ("ts + 1000", "timestamp"),
        ("1000 + ts", "timestamp"),
        ("location + '!'", "string"),
        ("abs(amount)", "double"),
        ("round(amount, 2)", "double"),
        ("max(1, 2)", "long"),
        ("hour(ts)", "long"),
        ("a.distinct(location)", "long"),
        ("a.min(ts)", "timestamp"),
        ("a.avg(amount)", "double"),
        ("haversine_km(1, 2, 3, 4)", "double"),
        ("speed_kmh(1, 2, a.last.ts, 3, 4, ts)", "double"),
        ("coalesce(amount, 0)", "double"),
        ("to_double(a.count)", "double"),
    ],
)
def test_expression_has_its_type(text, kind):
    assert parsed(text)["type"] == kind


def test_match_times_are_known_in_measures():
    assert parsed("duration / 1000", MEASURE)["type"] == "double"
    assert parsed("end - start", MEASURE)["type"] == "long"


def test_round_keeps_its_digits_whole():
    assert parsed("round(amount, 2)")["args"][1] == {"literal": 2, "type": "long"}


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("amout > 3", 1, "unknown field 'amout' of stream transactions; did you mean 'amount'?"),
        ("amount > 3 and amuont < 4", 16, "did you mean 'amount'?"),
        ("amount > 'x'", 1, "gt takes values of one type, found (double, string)"),
        ("amount > $limt", 10, "unknown parameter '$limt' of the rule; did you mean 'limit'?"),
        ("amount > ", 8, "not an expression"),
        ("amount", 1, "the expression is a double, expected a boolean"),
        ("amount > 1 and location", 1, "and takes conditions (boolean)"),
        ("a.amount > 1", 1, "write a.last.amount or a.first.amount"),
        ("a.last > 1", 1, "a.last.FIELD"),
        ("a.sum > 1", 1, "write a.sum(FIELD)"),
        ("a.count() > 1", 1, "without parentheses"),
        ("a.median(amount) > 1", 1, "unknown aggregate 'median'"),
        ("a.sum(location) > 1", 1, "sum works on numbers, found string"),
        ("a['x'].amount > 1", 1, "STAGE[index].FIELD"),
        ("a[1.5].amount > 1", 1, "an index is a whole number"),
        ("a > 1", 1, "'a' is a stage"),
        ("c.last.amount > 1", 1, "stage 'c' cannot be read here: it comes after this stage"),
        ("d.last.amount > 1", 1, "unknown stage 'd'"),
        ("start > ts", 1, "known in measures and summary only"),
        ("amount == None", 1, "write `is None`"),
        ("amount is 3", 1, "write == instead"),
        ("coalesce(amount, None) > 1", 18, "None can only be tested for"),
        ("amount // 2 > 1", 1, "write floor(a / b)"),
        ("(amount > 1) & (amount < 2)", 1, "write `and` instead of &"),
        ("~(amount > 1)", 1, "write `not` instead of ~"),
        ("amount > 1 if True else False", 1, "instead of `if`"),
        ("[amount]", 1, "not part of the expression language"),
        ("lambda: amount > 1", 1, "not part of the expression language"),
        ("__import__('os').system('x')", 1, "only functions and STAGE.aggregate(FIELD)"),
        ("sqr(amount) > 1", 1, "unknown function 'sqr'; did you mean 'sqrt'?"),
        ("sqrt(x=amount) > 1", 1, "by position"),
        ("sqrt(amount, 1) > 1", 1, "sqrt takes 1 number, found (double, long)"),
        ("round(amount, amount) > 1", 1, "round takes a number and, if wanted, digits"),
        ("round(amount, 99) > 1", 1, "digits from 0 to 15"),
        ("amount > 1 # always", 12, "unexpected '#'"),
        ("amount $ 1", 8, "unexpected '$'"),
        ("amount > 9223372036854775808", 10, "does not fit into 64 bits"),
        ("amount > 1e999", 10, "too large for a double"),
        ("amount > 1j", 10, "not a number, a string"),
        ("ts > '2020-01-01'", 1, "found (timestamp, string)"),
        ("(amount > 1) < (amount > 2)", 1, "orders numbers, strings or timestamps"),
        ("amount > 1; amount", 11, "not an expression"),
        ("x := 1", 3, "not an expression"),
    ],
)
def test_mistake_is_shown_where_it_is(text, column, message):
    with pytest.raises(ExpressionError) as error:
        parse_expression(text, CONDITION, FieldType.BOOLEAN)
    first, shown, caret = str(error.value).split("\n")
    assert first.startswith(f"rule r, stage b, where, column {column}: ")
    assert message in first
    assert shown == f"  {text.strip()}"
    assert caret.index("^") == column + 1


def test_caret_counts_characters_and_not_bytes():
    with pytest.raises(ExpressionError) as error:
        parse_expression("location == 'Zürich ✓' and $limit < amont", CONDITION)
    _, shown, caret = str(error.value).split("\n")
    assert shown[caret.index("^") :] == "amont"


def test_empty_text_is_refused():
    with pytest.raises(ExpressionError, match="the expression is empty"):
        parse_expression("  \n ", CONDITION)


def test_deep_nesting_is_refused_in_one_line():
    with pytest.raises(ExpressionError, match=r"nested more than|not an expression"):
        parse_expression("(" * 80 + "-" * 150 + "amount" + ")" * 80 + " > 1", CONDITION)


def test_measure_has_no_current_event():
    with pytest.raises(ExpressionError, match=r"write STAGE\.last\.amount"):
        parse_expression("amount", MEASURE)


def test_field_must_be_in_every_stream_of_the_stage():
    scope = Scope("rule r", current=(TRANSACTIONS, JOINTS))
    assert parse_expression("ts", scope).type is FieldType.TIMESTAMP
    with pytest.raises(ExpressionError, match="unknown field 'amount' of stream joints"):
        parse_expression("amount", scope)


@given(conditions())
def test_text_of_an_expression_parses_to_the_same_expression(text):
    expression = parse_expression(text, CONDITION, FieldType.BOOLEAN)
    again = to_text(expression)
    assert parse_expression(again, CONDITION, FieldType.BOOLEAN) == expression
    assert to_text(parse_expression(again, CONDITION)) == again


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_value(value):
    assert parse_expression(repr(value), CONDITION) == Literal(value, FieldType.DOUBLE)


@given(st.text(max_size=30))
def test_any_text_parses_or_is_refused_with_an_expression_error(text):
    try:
        expression = parse_expression(text, CONDITION)
    except ExpressionError as error:
        refusal = str(error)
    else:
        refusal = ""
        assert parse_expression(to_text(expression), CONDITION) == expression
    assert refusal == "" or refusal.startswith("rule r, stage b, where")
