"""A registry of models: ROOT/NAME/VERSION/ on any file system that fsspec knows.

A version is a folder with `card.json`, `model.onnx` and whatever else its training wrote. Which one
a name serves is said by its promotions (`tidegate.promotions`).
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import orjson
from fsspec.implementations.local import LocalFileSystem

from tidegate.errors import RegistryError
from tidegate.model_card import CARD_FILE, ModelCard, read_card, variants
from tidegate.promotions import FOLDER, Promotion, Promotions, difference

CURRENT = "current"
"""Stands for the version that a name serves."""


_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Version:
    """A version's folder as a list shows it; its graph has not been looked at.

    Attributes:
        card: the content of `card.json`; empty when there is a problem.
        problem: what is wrong, in words; None for nothing.
    """

    name: str
    version: str
    card: dict[str, Any]
    problem: str | None = None


class Registry:
    """Versions of models below one root."""

    def __init__(self, root: str) -> None:
        """Opens a registry; nothing is read yet.

        Args:
            root: a folder, or a URL such as `s3://bucket/models`.

        Raises:
            RegistryError: when nothing here can read such a URL.
        """
        self.root = root.rstrip("/")
        try:
            self._files, self._path = fsspec.core.url_to_fs(self.root)
        except (ImportError, ValueError) as error:
            raise RegistryError(f"registry {root}: cannot be opened: {error}") from error
        self._local = isinstance(self._files, LocalFileSystem)

    def names(self) -> tuple[str, ...]:
        """Of the models that have a version.

        Raises:
            RegistryError: when the store cannot be read.
        """
        return tuple(name for name in self._folders(self._path) if self.versions(name))

    def versions(self, name: str) -> tuple[str, ...]:
        """Of a model, the oldest first as far as they are numbers; none of an unknown one."""
        found = [each for each in self._folders(self._place(name)) if each != FOLDER]
        return tuple(sorted(found, key=_order))

    def promotions(self, name: str) -> Promotions:
        """What said which version a model serves."""
        return Promotions(self._files, self._place(name, FOLDER), name)

    def version(self, name: str, version: str) -> str:
        """The version that is meant.

        Args:
            name: of the model.
            version: one that is there, or `current`.

        Raises:
            RegistryError: when there is none.
        """
        there = self.versions(name)
        if not there:
            known = ", ".join(self.names()) or "no model"
            raise RegistryError(f"registry {self.root}: no model {name}; it has {known}")
        if version == CURRENT:
            serving = self.promotions(name).serving
            if serving is None:
                raise RegistryError(
                    f"model {name}: no version is promoted; name one of {', '.join(there)}, or "
                    f"tidegate models promote {name} {there[-1]}"
                )
            version = serving.version
        if version not in there:
            raise RegistryError(
                f"model {name}: no version {version} in {self.root}; there are {', '.join(there)}"
            )
        return version

    def look(self, name: str, version: str) -> Version:
        """What a version's card says, without a look at its graph."""
        try:
            card = orjson.loads(self._files.cat_file(self._place(name, version, CARD_FILE)))
        except FileNotFoundError:
            return Version(name, version, {}, f"{CARD_FILE} is missing: half-written")
        except orjson.JSONDecodeError as error:
            return Version(name, version, {}, f"{CARD_FILE} is no JSON: {error}")
        if not isinstance(card, dict):
            return Version(name, version, {}, f"{CARD_FILE} is no card")
        return Version(name, version, card)

    def verify(self, name: str, version: str) -> ModelCard:
        """Checks a version: every file there, every hash the card's, the card that of the folder.

        Raises:
            RegistryError: when the version is not there, half-written, another's card lies in it,
                or it was replaced since it was promoted.
            ModelError: when a graph was altered.
        """
        version = self.version(name, version)
        card = self._intact(name, version)
        serving = self.promotions(name).serving
        if serving is not None and serving.version == version and not serving.is_of(card):
            raise RegistryError(
                f"model {name} {version}: {difference(serving, card, 'promoted')}: it was replaced "
                "since; promote it again to serve it"
            )
        return card

    def _intact(self, name: str, version: str) -> ModelCard:
        found = self.look(name, version)
        where = f"model {name} {version}"
        if found.problem is not None:
            raise RegistryError(
                f"{where}: {found.problem}; remove {self.root}/{name}/{version}, or make it again"
            )
        stated = (str(found.card.get("name")), str(found.card.get("version")))
        if stated != (name, version):
            raise RegistryError(
                f"{where}: {CARD_FILE} is that of {stated[0]} {stated[1]}; make the version with "
                "jobs/train.py rather than by a copy"
            )
        if self._local:
            return _checked(Path(self._place(name, version)))
        with tempfile.TemporaryDirectory(prefix="tidegate-verify-") as folder:
            return _checked(self._fetch(name, version, Path(folder) / version))

    def folder(self, name: str, version: str, cache: Path | None = None) -> Path:
        """A version's folder on this machine, verified.

        Args:
            name: of the model.
            version: one that is there, or `current`.
            cache: where versions of a registry elsewhere are copied to, by their hash; None for
                the user's.

        Raises:
            ModelError: as `verify`.
            RegistryError: as `verify`.
        """
        version = self.version(name, version)
        card = self.verify(name, version)
        if self._local:
            return Path(self._place(name, version))
        base = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        content = f"{version}-{card.sha256[:12]}"
        if card.domain is not None:
            content += f"-{card.domain.sha256[:12]}"
        kept = base / "tidegate" / "models" / name / content
        if not (kept / CARD_FILE).exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=kept.parent) as part:
                fetched = self._fetch(name, version, Path(part) / version)
                shutil.copytree(fetched, kept, dirs_exist_ok=True)
        _checked(kept)
        return kept

    def publish(self, folder: Path, name: str, version: str) -> str:
        """Copies a folder into the registry, its card last; returns where it is.

        Raises:
            RegistryError: when the version is there, or name or version cannot be a folder's.
            ModelError: when the folder is not what its card says.
        """
        for part in (name, version):
            if not _PART.fullmatch(part) or part in (CURRENT, FOLDER):
                raise RegistryError(
                    f"model {name} {version}: {part} cannot be a name here; expected letters, "
                    f"digits, dots, dashes, and neither {CURRENT} nor {FOLDER}"
                )
        place = self._place(name, version)
        _checked(folder)
        if self._files.exists(posixpath.join(place, CARD_FILE)):
            raise RegistryError(
                f"model {name} {version}: exists in {self.root}; give another version"
            )
        self._files.makedirs(place, exist_ok=True)
        files = sorted(folder.iterdir(), key=lambda path: path.name == CARD_FILE)
        for path in files:
            self._files.put_file(str(path), posixpath.join(place, path.name))
        return f"{self.root}/{name}/{version}"

    def promote(self, name: str, version: str, by: str, at: str) -> Promotion | None:
        """Lets a name serve a version.

        Args:
            name: of the model.
            version: of it.
            by: who asks.
            at: when, ISO 8601.

        Returns:
            The promotion; None where the version is served already.

        Raises:
            RegistryError: when the version is missing or half-written, or another promotion came
                in between.
            ModelError: when the version was altered.
        """
        card = self._intact(name, self.version(name, version))
        return self.promotions(name).promote(card, by, at)

    def rollback(self, name: str, by: str, at: str) -> Promotion:
        """Lets a name serve what it served before the version that it serves now.

        Raises:
            RegistryError: when it has served none before, or that one is gone.
            ModelError: when that one was altered.
        """
        promotions = self.promotions(name)
        before = promotions.before
        if before is None:
            now = promotions.serving_version or self.version(name, CURRENT)
            raise RegistryError(
                f"model {name}: nothing was served before {now}; promote another version"
            )
        card = self._intact(name, self.version(name, before.version))
        return promotions.rollback(card, by, at)

    def _place(self, *parts: str) -> str:
        return posixpath.join(self._path, *parts)

    def _folders(self, path: str) -> list[str]:
        """Names of the folders in a folder, without the hidden ones."""
        self._files.invalidate_cache()
        try:
            found = self._files.ls(path, detail=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except Exception as error:  # Stores raise classes of their own without a common root.
            raise RegistryError(f"registry {self.root}: cannot be read: {error}") from error
        names = [posixpath.basename(e["name"].rstrip("/")) for e in found if e["type"] != "file"]
        return sorted(name for name in names if not name.startswith("."))

    def _fetch(self, name: str, version: str, folder: Path) -> Path:
        """Copies a version's files into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for each in self._files.ls(self._place(name, version), detail=True):
            if each["type"] == "file":
                target = folder / posixpath.basename(each["name"])
                self._files.get_file(each["name"], str(target))
        return folder


def is_url(root: str) -> bool:
    """Whether a registry is named by a URL rather than by a folder."""
    return "://" in root or "::" in root


def _checked(folder: Path) -> ModelCard:
    """The card of a folder all of whose graphs are the card's."""
    card = read_card(folder)
    for variant in variants(folder):
        read_card(folder, variant)
    return card


def _order(version: str) -> tuple[int, int, str]:
    return (0, int(version), "") if version.isdecimal() else (1, 0, version)
