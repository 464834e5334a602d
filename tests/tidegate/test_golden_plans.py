"""The pipelines of the repository compile to the plans in tests/golden.

The JVM module's tests read these files. After a wanted change: pytest --refresh-golden.
"""

import json
from pathlib import Path

import pytest

from tidegate import compile_plan, load_pipeline

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
ENVIRONMENT = {
    "TIDEGATE_LAKE": "/var/lib/tidegate/lake",
    "TIDEGATE_MODEL": "tests/golden/model",
}


@pytest.mark.parametrize("name", ["cobot", "fraud"])
def test_pipeline_compiles_to_its_golden_plan(name, request):
    pipeline = load_pipeline(ROOT / "pipelines" / f"{name}.yaml", ENVIRONMENT)
    found = compile_plan(pipeline).to_json(indent=1).replace(str(ROOT), "/opt/tidegate") + "\n"
    path = GOLDEN / f"{name}.plan.json"
    if request.config.getoption("--refresh-golden"):
        path.write_text(found, encoding="utf-8")
    assert json.loads(found) == json.loads(path.read_text(encoding="utf-8"))
    assert found == path.read_text(encoding="utf-8")
