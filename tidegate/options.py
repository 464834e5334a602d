"""Options: a key, a type, a default and a help text; environment over file over default.

The option `kafka.port` is read from the environment variable `TIDEGATE_KAFKA_PORT`, else from
`tidegate.toml` in the current folder (or the file that `TIDEGATE_CONFIG` names), else it has its
default. A flag of the command line stands above all three.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from tidegate.errors import OptionError

T = TypeVar("T")

MASK = "******"


@dataclass(frozen=True)
class Option(Generic[T]):
    """One setting.

    Attributes:
        key: dotted name, as written in `tidegate.toml`.
        parse: makes the value from its text form; raises ValueError when it cannot.
        default: the value when neither environment nor file has one.
        help: one sentence, with the unit.
        secret: whether the value is masked when printed.
    """

    key: str
    parse: Callable[[str], T]
    default: T
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """Name of the environment variable, e.g. `TIDEGATE_KAFKA_PORT`."""
        return "TIDEGATE_" + re.sub(r"[^A-Z0-9]", "_", self.key.upper())

    def show(self, value: T) -> str:
        """Text of `value` for a screen or a log; a secret's is masked."""
        return MASK if self.secret and value not in (None, "") else str(value)

    def read(self, text: str, where: str) -> T:
        """Parse `text`; `where` names its origin in the error.

        Raises:
            OptionError: when the text is not of the option's type.
        """
        try:
            return self.parse(text)
        except ValueError as error:
            shown = MASK if self.secret else repr(text)
            raise OptionError(f"{where}: {self.key} = {shown}: {error}") from error


class Settings:
    """Values of options, from an environment and a configuration file."""

    def __init__(
        self, environment: Mapping[str, str], file: Mapping[str, str], file_name: str = "file"
    ) -> None:
        self._environment = environment
        self._file = file
        self._file_name = file_name

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings from the process environment and the configuration file, if there is one.

        Raises:
            OptionError: when the file that `TIDEGATE_CONFIG` names is missing, or a file is not
                valid TOML.
        """
        environment = os.environ if environment is None else environment
        named = environment.get("TIDEGATE_CONFIG")
        path = Path(named or "tidegate.toml")
        if not path.is_file():
            if named:
                raise OptionError(f"TIDEGATE_CONFIG: {named}: no such file")
            return cls(environment, {})
        try:
            with path.open("rb") as stream:
                table = tomllib.load(stream)
        except tomllib.TOMLDecodeError as error:
            raise OptionError(f"{path}: not valid TOML: {error}") from error
        return cls(environment, dict(_flatten(table)), str(path))

    def get(self, option: Option[T], flag: T | None = None) -> T:
        """Value of `option`: the flag when given, else environment, file, default."""
        if flag is not None:
            return flag
        if (text := self._environment.get(option.variable)) not in (None, ""):
            return option.read(text, option.variable)
        if (text := self._file.get(option.key)) is not None:
            return option.read(text, self._file_name)
        return option.default


def _flatten(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Dotted keys and text values of a TOML table."""
    flat: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat += _flatten(value, f"{prefix}{name}.")
        else:
            flat.append((prefix + name, str(value)))
    return flat


def port(text: str) -> int:
    """A TCP port, 1 to 65535."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError("a port is a number from 1 to 65535")
    return int(text)


def memory(text: str) -> str:
    """A memory size in whole megabytes or gigabytes: `512m`, `2g`."""
    if not re.fullmatch(r"[1-9][0-9]*[mMgG]", text):
        raise ValueError("a memory size is a whole number and m or g, such as 512m")
    return text.lower()


def count(text: str) -> int:
    """A whole number above zero."""
    if not re.fullmatch(r"[0-9]*[1-9][0-9]*", text):
        raise ValueError("expected a whole number above zero")
    return int(text)
