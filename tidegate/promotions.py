"""Which version of a model is served: numbered records that are only ever added.

The last record says what is served, all of them are the history. A record is created where none
of its number was, so of two promotions at one time one fails; nothing is locked, so nothing can
be left locked. On a local disk and on stores with conditional writes that holds for sure; elsewhere
fsspec looks first and writes then.
"""

from __future__ import annotations

import os
import posixpath
import uuid
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from fsspec.implementations.local import LocalFileSystem

from tidegate.errors import RegistryError
from tidegate.model_card import ModelCard

FOLDER = "promotions"


@dataclass(frozen=True)
class Promotion:
    """One record.

    Attributes:
        number: of the record, from 1.
        version: that is served from here on.
        sha256: of its `model.onnx`.
        action: `promote`, or `rollback` to what was served before.
        by: who asked.
        at: when, ISO 8601.
        domains: sha256 of its numbers of domains; None where it has none.
    """

    number: int
    version: str
    sha256: str
    action: str
    by: str
    at: str
    domains: str | None = None

    def is_of(self, card: ModelCard) -> bool:
        """Whether a version is, bit for bit, what was promoted."""
        return (self.sha256, self.domains) == _content(card)


class Promotions:
    """The records of one model, read once."""

    def __init__(self, files: Any, folder: str, name: str) -> None:
        """Of a model.

        Args:
            files: fsspec's file system.
            folder: of the records on it.
            name: of the model, for errors.
        """
        self._files = files
        self._folder = folder
        self._name = name

    @cached_property
    def history(self) -> tuple[Promotion, ...]:
        """All records, the oldest first.

        Raises:
            RegistryError: when one is not of its form.
        """
        try:
            listed = self._files.ls(self._folder, detail=False)
        except FileNotFoundError:
            return ()
        found = []
        for path in sorted(each for each in listed if each.endswith(".json")):
            try:
                found.append(Promotion(**orjson.loads(self._files.cat_file(path))))
            except (TypeError, orjson.JSONDecodeError) as error:
                raise RegistryError(
                    f"model {self._name}: {path} is no promotion: {error}"
                ) from error
        return tuple(found)

    @property
    def serving(self) -> Promotion | None:
        """What is served; None before the first promotion."""
        return self._served[-1] if self._served else None

    @property
    def serving_version(self) -> str | None:
        """The version that is served."""
        return None if self.serving is None else self.serving.version

    @property
    def before(self) -> Promotion | None:
        """What a rollback goes to."""
        return self._served[-2] if len(self._served) > 1 else None

    @cached_property
    def _served(self) -> list[Promotion]:
        """Promotions that no rollback has undone."""
        stack: list[Promotion] = []
        for each in self.history:
            if each.action == "rollback":
                stack.pop()
            else:
                stack.append(each)
        return stack

    def promote(self, card: ModelCard, by: str, at: str) -> Promotion | None:
        """Adds a promotion; None where that version is served already, as it is.

        Raises:
            RegistryError: when another record was added since these were read, or none can be
                written.
        """
        now = self.serving
        if now is not None and now.version == card.version and now.is_of(card):
            return None
        return self._add(card, "promote", by, at)

    def rollback(self, card: ModelCard, by: str, at: str) -> Promotion:
        """Undoes the last promotion.

        Raises:
            RegistryError: when there was none before it, the graph is not the one that was served,
                another record was added since these were read, or none can be written.
        """
        before = self.before
        if before is None:
            raise RegistryError(f"model {self._name}: there is nothing to go back to")
        if not before.is_of(card):
            raise RegistryError(
                f"model {self._name} {before.version}: {difference(before, card, 'served')}; "
                "promote the version if it is to be served"
            )
        return self._add(card, "rollback", by, at)

    def _add(self, card: ModelCard, action: str, by: str, at: str) -> Promotion:
        number, version = len(self.history) + 1, card.version
        sha256, domains = _content(card)
        record = Promotion(number, version, sha256, action, by, at, domains)
        try:
            self._files.makedirs(self._folder, exist_ok=True)
        except OSError as error:
            raise RegistryError(
                f"model {self._name}: {self._folder} cannot be made: {error}"
            ) from error
        path = posixpath.join(self._folder, f"{number:06d}.json")
        try:
            self._create(path, orjson.dumps(asdict(record), option=orjson.OPT_INDENT_2) + b"\n")
        except FileExistsError as error:
            raise RegistryError(
                f"model {self._name}: another promotion was made at the same time, {action} of "
                f"{version} was not; look with tidegate models show {self._name}, then ask again"
            ) from error
        except OSError as error:
            raise RegistryError(f"model {self._name}: {path} cannot be written: {error}") from error
        return record

    def _create(self, path: str, content: bytes) -> None:
        """Writes a file that is not there, all of it or nothing.

        Raises:
            FileExistsError: when it is there.
        """
        if not isinstance(self._files, LocalFileSystem):
            self._files.pipe_file(path, content, mode="create")
            return
        part = Path(f"{path}.{uuid.uuid4().hex}.part")
        part.write_bytes(content)
        try:
            os.link(part, path)
        finally:
            part.unlink()


def difference(promotion: Promotion, card: ModelCard, was: str) -> str:
    """What of a version is another than it was, in words."""
    sha256, domains = _content(card)
    if sha256 != promotion.sha256:
        return f"its graph is {sha256}, {was} was {promotion.sha256}"
    return f"its numbers of domains are {domains}, {was} were {promotion.domains}"


def _content(card: ModelCard) -> tuple[str, str | None]:
    return card.sha256, None if card.domain is None else card.domain.sha256
