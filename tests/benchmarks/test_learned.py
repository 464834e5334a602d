from __future__ import annotations

import argparse

import pytest

from benchmarks.learned import methods_of


def test_methods_are_named_with_commas_between() -> None:
    parser = argparse.ArgumentParser()
    assert methods_of(parser, "coral,auto", "auto") == ["coral", "auto"]


@pytest.mark.parametrize("names", ["coral,corral", "auto", ""])
def test_a_method_that_there_is_not_is_named(
    names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        methods_of(argparse.ArgumentParser(), names, "target_only")
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert f"--methods {names.split(',')[-1]}: expected some of source_only" in said
    assert said.endswith("target_only\n")
