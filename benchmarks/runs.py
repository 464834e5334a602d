"""Runs that take long, kept one by one in a file: a kill loses the one that was going on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from models.versions import commit
from tidegate.errors import FileFormatError

Values = Mapping[str, Any]


class Key(NamedTuple):
    """What is run: a method on a case, such as a pair of domains, with a seed."""

    case: str
    method: str
    seed: int

    def __str__(self) -> str:
        """As it is shown while it runs."""
        return f"{self.case}, {self.method}, seed {self.seed}"


class Runs:
    """Finished runs, a line of JSON each.

    Every line has the settings that are the same for all, so that no figure of another training
    slips into a table.
    """

    def __init__(self, path: Path, settings: Values) -> None:
        """Reads what is there; a last line that was cut short by a kill is dropped.

        Args:
            path: of the file, made when the first run is done.
            settings: of all runs, as plain JSON values.

        Raises:
            FileFormatError: when the file has runs with other settings, or is no such file.
        """
        self._path, self._settings = path, dict(settings)
        self._commit = commit()
        self._done: dict[Key, dict[str, Any]] = {}
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            return
        text = path.read_text()
        whole = text[: text.rfind("\n") + 1]
        for number, line in enumerate(whole.splitlines(), 1):
            self._take(line, number)
        if whole != text:
            path.write_text(whole)

    def value(self, key: Key, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What a run gave; it is run where it has not been yet."""
        if key not in self._done:
            values = make()
            line = {
                **key._asdict(),
                "values": values,
                "settings": self._settings,
                "commit": self._commit,
            }
            with self._path.open("a") as file:
                file.write(json.dumps(line) + "\n")
            self._done[key] = values
        return self._done[key]

    def __contains__(self, key: Key) -> bool:
        """Whether a run is done."""
        return key in self._done

    def _take(self, line: str, number: int) -> None:
        try:
            found = json.loads(line)
            key = Key(found["case"], found["method"], found["seed"])
            settings, values = found["settings"], found["values"]
        except (ValueError, KeyError, TypeError) as error:
            raise FileFormatError(
                f"{self._path}, line {number}: no run of a benchmark; remove the file or name "
                "another"
            ) from error
        wrong = [
            f"{name} {settings.get(name)}, not {self._settings.get(name)}"
            for name in sorted({*settings, *self._settings})
            if settings.get(name) != self._settings.get(name)
        ]
        if wrong:
            raise FileFormatError(
                f"{self._path}, line {number}: made with {wrong[0]}; remove the file or name "
                "another"
            )
        self._done[key] = values
