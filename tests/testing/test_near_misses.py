"""How far the best partial match came, and which condition stopped it."""

from __future__ import annotations

from tests.testing.rules import CARD_TESTING, charge
from tidegate import Pattern, Rule, all_of, any_of
from tidegate.limits import Limits
from tidegate.parameters import RuleParameter
from tidegate.testing import run_rules


def rule(pattern: Pattern) -> Rule:
    return Rule(id="r", pattern=pattern, on="charges", key="card")


def test_the_closest_event_and_the_condition_that_stopped_it_are_named() -> None:
    events = [charge(0, 1.0), charge(10, 40.0, country="FR"), charge(20, 940.0, country="FR")]
    (miss,) = run_rules(CARD_TESTING, events).near_misses
    assert miss.key == "c1"
    assert miss.events == (("small", events[0]),)
    assert miss.events_needed == 1
    assert miss.waiting_for == ("big",)
    assert miss.closest == events[2]
    assert miss.conditions == ("amount >= 1000.0: was 940.0",)
    assert "big: amount >= 1000.0 held 0 of 2 times" in miss.reasons
    assert miss.reasons[-1] == ("time ran out at 2024-05-01 10:01:00: within 1m of its first event")


def test_an_event_that_fails_fewer_conditions_is_closer_than_one_with_a_nearer_value() -> None:
    events = [charge(0, 1.0), charge(10, 990.0), charge(20, 2.0, country="FR")]
    events.append(charge(30, 300.0, country="FR"))
    (miss,) = run_rules(CARD_TESTING, events).near_misses
    assert miss.closest == events[3]


def test_values_of_earlier_events_are_shown() -> None:
    (miss,) = run_rules(CARD_TESTING, [charge(0, 1.0), charge(9, 2000.0)]).near_misses
    assert miss.conditions == (
        "country != small.last.country: country was 'DE', small.last.country was 'DE'",
    )


def test_a_rule_that_no_event_began_says_how_often_its_first_stage_held() -> None:
    events = [charge(0, 10.0), charge(1, 20.0, card="c2"), charge(2, 6.0)]
    (miss,) = run_rules(CARD_TESTING, events).near_misses
    assert miss.key is None
    assert miss.events == ()
    assert miss.reasons == (
        "small: amount <= 5.0 held 0 of 3 times",
        "small, closest: amount <= 5.0: was 6.0",
    )
    assert miss.closest == events[2]


def test_a_key_with_a_match_has_no_near_miss_and_the_closest_keys_come_first() -> None:
    events = [charge(0, 1.0), charge(1, 1000.0, country="FR"), charge(2, 1.0)]
    for number, amount in enumerate([100.0, 800.0, 900.0, 10.0]):
        card = f"d{number}"
        events += [charge(3, 1.0, card), charge(4, amount, card, "FR")]
    result = run_rules(CARD_TESTING, events, near_misses=2)
    assert [miss.key for miss in result.near_misses] == ["d2", "d1"]
    assert not run_rules(CARD_TESTING, events, near_misses=0).near_misses


def test_a_broken_absence_is_named_with_its_time() -> None:
    pattern = (
        Pattern.begin("a").where("amount == 1")
        .not_followed_by("b").where("amount == 2")
        .followed_by("c").where("amount == 3")
    )  # fmt: skip
    events = [charge(0, 1.0), charge(5, 2.0), charge(9, 3.0)]
    (miss,) = run_rules(rule(pattern), events).near_misses
    assert miss.ending == "absence_broken"
    assert miss.reasons[-1] == "broken at 2024-05-01 10:00:05 by b, which must not occur"


def test_a_strict_stage_ends_with_the_next_event() -> None:
    pattern = Pattern.begin("a").where("amount == 1").next("b").where("amount == 2")
    (miss,) = run_rules(rule(pattern), [charge(0, 1.0), charge(5, 7.0)]).near_misses
    assert miss.ending == "did_not_fit"
    assert miss.conditions == ("amount == 2.0: was 7.0",)


def test_what_is_open_without_a_limit_is_still_open() -> None:
    pattern = Pattern.begin("a").where("amount == 1").followed_by("b").where("amount == 2")
    (miss,) = run_rules(rule(pattern), [charge(0, 1.0), charge(5, 7.0)]).near_misses
    assert miss.ending == "still_open"


def test_a_repetition_that_is_too_short_says_how_many_it_lacked() -> None:
    pattern = Pattern.begin("a").where("amount > 0").times_or_more(5)
    (miss,) = run_rules(rule(pattern), [charge(n, 1.0) for n in range(3)]).near_misses
    assert len(miss.events) == 3
    assert miss.events_needed == 2


def test_the_limit_since_the_event_before_is_told_from_the_one_of_the_whole() -> None:
    pattern = (
        Pattern.begin("a").where("amount == 1")
        .followed_by("b").where("amount == 2").within_previous("10s")
    ).within("1m")  # fmt: skip
    (miss,) = run_rules(rule(pattern), [charge(0, 1.0), charge(11, 2.0)]).near_misses
    assert miss.ending == "within_previous"
    assert miss.reasons[0] == "b: no event of charges came in time"


def test_parameters_have_the_values_of_the_key() -> None:
    pattern = Pattern.begin("big").where("amount >= $limit")
    limits = RuleParameter(1000.0, {"c2": 2000.0})
    one = Rule(id="r", pattern=pattern, on="charges", key="card", parameters={"limit": limits})
    (miss,) = run_rules(one, [charge(0, 10.0), charge(1, 1500.0, card="c2")]).near_misses
    assert miss.key is None
    assert miss.conditions == ("amount >= $limit: amount was 1500.0, $limit was 2000.0",)


A = Pattern.begin("a").where("amount == 1")


def test_each_alternative_that_is_waited_for_says_what_it_lacked() -> None:
    choice = any_of(
        Pattern.begin("b").where("amount == 2"),
        Pattern.begin("c").where("amount == 3").followed_by("d").where("amount == 4"),
    )
    pattern = A.followed_by(choice).within("1m")
    (miss,) = run_rules(rule(pattern), [charge(0, 1.0), charge(1, 9.0)]).near_misses
    assert miss.waiting_for == ("b", "c")
    assert miss.conditions == ("amount == 2.0: was 9.0", "amount == 3.0: was 9.0")
    (miss,) = run_rules(rule(pattern), [charge(0, 1.0), charge(1, 3.0)]).near_misses
    assert miss.waiting_for == ("d",)


def test_of_stages_in_any_order_the_missing_one_is_named() -> None:
    pattern = A.followed_by(
        all_of(Pattern.begin("b").where("amount == 2"), Pattern.begin("c").where("amount == 3"))
    )
    events = [charge(0, 1.0), charge(1, 3.0), charge(2, 5.0)]
    (miss,) = run_rules(rule(pattern), events).near_misses
    assert miss.waiting_for == ("b",)
    assert miss.closest == events[2]


def test_what_follows_a_proven_absence_is_waited_for_from_then_on() -> None:
    pattern = (
        A.absent_for("s", minutes=1).where("amount == 2").followed_by("z").where("amount == 5")
    )
    broken = [charge(0, 1.0), charge(59, 2.0)]
    (miss,) = run_rules(rule(pattern), broken).near_misses
    assert miss.reasons == ("broken at 2024-05-01 10:00:59 by s, which must not occur",)
    (miss,) = run_rules(rule(pattern), [charge(0, 1.0), charge(70, 6.0)]).near_misses
    assert miss.conditions == ("amount == 5.0: was 6.0",)
    (miss,) = run_rules(rule(pattern), [charge(0, 1.0)]).near_misses
    assert miss.waiting_for == ("z",)
    (miss,) = run_rules(rule(pattern), [charge(0, 1.0)], close=False).near_misses
    assert miss.waiting_for == ()
    assert miss.ending == "still_open"


def test_what_limits_drop_is_counted() -> None:
    limited = Rule(id="r", pattern=A.followed_by("z").where("amount == 9"), on="charges",
                   key="card", limits=Limits(open=2))  # fmt: skip
    result = run_rules(limited, [charge(at, 1.0) for at in range(5)])
    assert result.dropped == {"r": {"partial_matches": 3}}
    assert "dropped    r: 3 partial matches beyond its limits" in result.text()
