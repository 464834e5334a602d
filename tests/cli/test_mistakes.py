"""A mistake that a user can mend is one line and exit code 2, whatever the command."""

from __future__ import annotations

import pytest

from tidegate.errors import OptionError
from tidegate.mistakes import in_one_line


def test_a_mistake_ends_the_program_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end, in_one_line():
        raise OptionError("--alarms 0: expected numbers above 0")
    assert end.value.code == 2
    assert capsys.readouterr().err == "error: --alarms 0: expected numbers above 0\n"


def test_a_package_that_is_not_installed_is_named_with_its_extra(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as end, in_one_line("training"):
        raise ModuleNotFoundError("No module named 'torch'", name="torch")
    assert end.value.code == 2
    expected = "error: training needs the package torch; install the extra: uv sync --extra train\n"
    assert capsys.readouterr().err == expected


def test_what_no_user_can_mend_keeps_its_traceback() -> None:
    with pytest.raises(ModuleNotFoundError), in_one_line():
        raise ModuleNotFoundError("No module named 'tidegate.gone'", name="tidegate.gone")
    with pytest.raises(ZeroDivisionError), in_one_line("training"):
        raise ZeroDivisionError
