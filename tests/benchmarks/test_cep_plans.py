from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from benchmarks import cep_data, cep_fraud_team
from benchmarks.cep_plans import PIPELINES, compiled, flink_has, three_of_types, varied
from benchmarks.jvm import ROOT


def test_rules_of_types_differ_in_nothing_but_names_and_types() -> None:
    plan = compiled(PIPELINES / "cep.yaml")
    made = json.loads(three_of_types(plan, [[4, 5, 6], [5, 6, 4]]))
    assert [rule["id"] for rule in made["rules"]] == ["types_4_5_6", "types_5_6_4"]
    assert len({rule["fingerprint"] for rule in made["rules"]}) == 2
    constants = [
        argument["literal"]
        for rule in made["rules"]
        for stage in rule["pattern"]["stages"]
        for argument in stage["condition"]["args"]
        if "literal" in argument
    ]
    assert constants == [4, 5, 6, 5, 6, 4]


def test_varied_rules_have_other_limits_and_the_same_shape() -> None:
    rules = compiled(PIPELINES / "cep_fraud.yaml")["rules"]
    made = varied(rules, 7)
    assert Counter(rule["id"].rpartition("_")[0] for rule in made) == {
        "geographic_impossibility": 3,
        "card_testing": 2,
        "velocity": 2,
    }
    assert made[0]["pattern"] == rules[0]["pattern"]
    later = made[3]["pattern"]
    assert later["within_ms"] == rules[0]["pattern"]["within_ms"] * 1.02
    assert json.dumps(later) != json.dumps(rules[0]["pattern"])
    assert len({rule["fingerprint"] for rule in made}) == 7


def test_the_rules_that_flink_has_use_nothing_else() -> None:
    plan = compiled(ROOT / "pipelines" / "all_packs.yaml")
    lacking = {rule["id"] for rule in plan["rules"] if not flink_has(rule, plan)}
    assert lacking == {
        "drop_then_volume",  # an average, a cool-down
        "spread_break",
        "no_scan_after_departure",  # a stated absence
        "customs_hold_not_released",
        "concentrated_holding",  # a cool-down
        "credit_score_drop",  # the previous event's field
    }


def test_the_fraud_team_has_a_hundred_rules_that_flink_has(tmp_path: Path) -> None:
    rules = cep_fraud_team.rules()
    plan = compiled(cep_data.fraud_pipeline(rules, tmp_path))
    assert len({rule["id"] for rule in plan["rules"]}) == 100
    assert len({json.dumps(rule["pattern"]) for rule in plan["rules"]}) == 100
    assert all(flink_has(rule, plan) for rule in plan["rules"])
