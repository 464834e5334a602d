from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conformance import cep

CASES = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "cep.jsonl"


def test_the_runner_ends_with_how_many_cases_agree(capfd: pytest.CaptureFixture[str]) -> None:
    if not CASES.is_file():
        pytest.skip(f"no conformance cases at {CASES}")
    status = cep.main([str(CASES)])
    last = capfd.readouterr().out.splitlines()[-1]
    found = re.fullmatch(r"agree (\d+) of (\d+)( documented (\d+): .+)?", last)
    assert found, last
    agree, total, documented = int(found[1]), int(found[2]), int(found[4] or 0)
    assert total == len(CASES.read_text().splitlines())
    assert agree + documented == total
    assert status == 0


def test_a_missing_file_is_one_clear_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.jsonl"
    assert cep.main([str(missing)]) == 2
    assert capfd.readouterr().err == (f"error: no file of cases at {missing}; give a .jsonl file\n")
