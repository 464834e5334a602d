from __future__ import annotations

import json
from collections import Counter

from benchmarks.cep_plans import PIPELINES, compiled, three_of_types, varied


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
