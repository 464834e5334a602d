"""Random patterns and expressions, well-typed over transactions."""

from hypothesis import strategies as st

from tidegate.pattern import Pattern, all_of, any_of


def numbers(stages="ab"):
    """Texts of numbers, with parentheses everywhere."""
    first, second = stages
    return st.recursive(
        st.sampled_from(["amount", "$limit", f"{first}.count", f"{second}[2].amount"])
        | st.sampled_from([f"{first}.last.amount", f"{first}.sum(amount)"])
        | st.integers(-(2**40), 2**40).map(repr)
        | st.floats(allow_nan=False, allow_infinity=False).map(repr),
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from("+-*/%"), inner)
            | st.builds("(-{})".format, inner)
            | st.builds("{}({})".format, st.sampled_from(["abs", "sqrt", "floor"]), inner)
            | st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "pow"]), inner, inner)
        ),
        max_leaves=6,
    )


def strings(stages="ab"):
    """Texts of strings."""
    leaves = st.sampled_from(["location", "key", "$name", f"lower({stages[0]}.first.location)"])
    characters = st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"])
    return leaves | st.text(characters, max_size=6).map(repr)


def conditions(stages="ab"):
    """Texts of conditions that may read two stages, the parameters $limit and $name."""
    number, string = numbers(stages), strings(stages)
    comparisons = (
        st.builds("({} {} {})".format, number, st.sampled_from(["<", "<=", "==", "!="]), number)
        | st.builds("({} <= {} <= {})".format, number, number, number)
        | st.builds("({} {} {})".format, string, st.sampled_from([">", ">=", "in"]), string)
        | st.builds("({} in [{}, {}])".format, string, string, string)
        | st.builds("({} is None)".format, number)
    )
    return st.recursive(
        comparisons,
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
            | st.builds("(not {})".format, inner)
        ),
        max_leaves=6,
    )


# A stage as (YAML options, builder steps), so that both are made from one draw.
_TEXTS = st.sampled_from(["amount > 1", "location != 'x'", "0 <= amount <= $limit", "hour(ts) < 6"])
_QUANTIFIERS = st.sampled_from(
    [
        ({}, lambda p: p),
        ({"times": 2}, lambda p: p.times(2)),
        ({"times": [2, 4]}, lambda p: p.times(2, 4)),
        ({"times": [0, 4]}, lambda p: p.times(0, 4)),
        ({"times": {"min": 2, "within": "10s"}}, lambda p: p.times_or_more(2, within="10s")),
        ({"times": {"min": 2, "max": 3}}, lambda p: p.times(2, 3)),
        ({"times_or_more": 3}, lambda p: p.times_or_more(3)),
        ({"one_or_more": True}, lambda p: p.one_or_more()),
        ({"one_or_more": True, "greedy": True}, lambda p: p.one_or_more().greedy()),
        ({"times": 3, "consecutive": True}, lambda p: p.times(3).consecutive()),
        ({"times": 3, "allow_combinations": True}, lambda p: p.times(3).allow_combinations()),
        (
            {"one_or_more": True, "until": "amount > 9"},
            lambda p: p.one_or_more().until("amount > 9"),
        ),
        ({"optional": True}, lambda p: p.optional()),
        ({"within_previous": "3s"}, lambda p: p.within_previous(seconds=3)),
    ]
)
_CONTIGUITIES = st.sampled_from(["next", "followed_by", "followed_by_any"])


@st.composite
def sequences(draw, prefix="s", groups=True):
    """A pattern in both forms: YAML's steps and the builder's pattern."""
    steps, pattern = [], None
    for index in range(draw(st.integers(1, 3))):
        word = "begin" if index == 0 else draw(_CONTIGUITIES)
        options, build = draw(_QUANTIFIERS)
        name = f"{prefix}{index}"
        if index > 0 and draw(st.integers(0, 5)) == 0:
            text = draw(_TEXTS)
            steps.append({"absent_for": "30s", "stage": name, "where": text})
            pattern = pattern.absent_for(name, seconds=30).where(text)
            continue
        group = groups and draw(st.integers(0, 2)) == 0
        if group:
            options, build, content, inner = draw(_several(f"{name}_"))
        else:
            content = inner = name
        make = Pattern.begin if index == 0 else getattr(pattern, word)
        pattern = make(inner)
        step = {word: content}
        if not group:
            texts = draw(st.lists(_TEXTS, max_size=2))
            others = draw(st.lists(_TEXTS, max_size=1)) if texts else []
            step |= {"where": texts} if texts else {}
            step |= {"or_where": others} if others else {}
            for text in texts:
                pattern = pattern.where(text)
            for text in others:
                pattern = pattern.or_where(text)
        pattern = build(pattern)
        steps.append(step | options)
    return steps, pattern


@st.composite
def _several(draw, prefix):
    """A group, a choice or stages in any order: options, builder step, and both forms."""
    twice = {"times": 2}, lambda p: p.times(2)
    match draw(st.sampled_from(["group", "any_of", "all_of"])):
        case "group":
            return *twice, *draw(sequences(prefix, groups=False))
        case "any_of":
            drawn = [
                draw(sequences(f"{prefix}{number}_", groups=False))
                for number in range(draw(st.integers(1, 3)))
            ]
            steps, patterns = zip(*drawn, strict=True)
            limit = {"within_previous": "9s"}, lambda p: p.within_previous(seconds=9)
            options, build = draw(st.sampled_from([twice, limit, ({}, lambda p: p)]))
            return options, build, {"any_of": list(steps)}, any_of(*patterns)
        case _:
            names = [f"{prefix}{number}" for number in range(draw(st.integers(2, 4)))]
            in_order = {"consecutive": True}, lambda p: p.consecutive()
            options, build = draw(st.sampled_from([in_order, ({}, lambda p: p)]))
            stages = [Pattern.begin(name).where("amount > 1") for name in names]
            steps = [{name: {"where": "amount > 1"}} for name in names]
            return options, build, {"all_of": steps}, all_of(*stages)
