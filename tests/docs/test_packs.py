"""The commands on a pack's page work and show what the page says."""

from __future__ import annotations

import re

import pytest

from tests.cli.command import tidegate
from tidegate.generators import PACKS
from tidegate.stack.jars import ROOT


@pytest.mark.parametrize("name", PACKS)
def test_the_two_commands_of_the_page_find_its_alert(name, tmp_path):
    page = (ROOT / "docs" / "packs" / f"{name}.md").read_text(encoding="utf-8")
    commands = re.findall(r"^tidegate (.+)$", page, re.MULTILINE)
    assert len(commands) == 2
    shown = ""
    for command in commands:
        done = tidegate(*command.replace("build/", f"{tmp_path}/").split())
        assert done.returncode == 0, done.stderr
        shown = done.stdout
    (summary,) = re.findall(r'^  "summary": "(.+)",$', page, re.MULTILINE)
    assert summary in shown
