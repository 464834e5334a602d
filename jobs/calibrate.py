"""A new version of a model with numbers of more machines. Plain Python, no Flink."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jobs.history import read_domain
from models.card import CARD_FILE, MODEL_FILE, Card, DomainInput, sha256_of
from models.domain_table import DOMAINS_FILE, DomainTable
from models.errors import CardError
from models.training.definition import Domain, Files, WindowDefinition
from tidegate.documents import read_as, read_documents, shown_path
from tidegate.errors import DocumentError, ModelError, OptionError

if TYPE_CHECKING:
    from models.training.calibrate import Calibrated

DOCUMENTS = (".yaml", ".yml")


@dataclass(frozen=True)
class Columns:
    """What files are read by that no document describes.

    Attributes:
        time: column with the event time; None where only documents are given.
        unit: of it.
        normal_rows: how many rows at the start of each file are normal; 0 for all.
    """

    time: str | None
    unit: Literal["s", "ms", "us", "ns", "text"] = "ms"
    normal_rows: int = 0


def domains_of(asked: Sequence[str], columns: Columns) -> dict[str, tuple[Domain, Path]]:
    """Where the rows of each key are, and the folder that its paths start from.

    Args:
        asked: `KEY=FILES` each, a pattern of CSV or Parquet files, or `KEY=FILE.yaml` with what a
            training file says of a domain: `files` or `table`.
        columns: of the files.

    Raises:
        OptionError: when one is not of that form.
        DocumentError: when a document is none of a domain.
    """
    found: dict[str, tuple[Domain, Path]] = {}
    for each in asked:
        key, equals, where = each.partition("=")
        if not equals or not key or not where or key in found:
            raise OptionError(f"--domain {each}: expected KEY=FILES, each key once")
        if where.endswith(DOCUMENTS):
            found[key] = _document(Path(where)), Path(where).resolve().parent
            continue
        if columns.time is None:
            raise OptionError(f"--domain {each}: name the column of the time with --time")
        files = Files(files=(where,), time=columns.time, unit=columns.unit)
        # A key may hold what a name may not.
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", key)
        found[key] = Domain(name=name, files=files, normal_rows=columns.normal_rows), Path()
    return found


def calibrate_model(
    folder: Path,
    out: Path,
    domains: Mapping[str, tuple[Domain, Path]],
    command: str,
    pipeline: Path | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Card:
    """Writes a version that is another with the numbers of more keys; the other stays as it is.

    Args:
        folder: of the model, whose graph takes the numbers of a domain.
        out: folder of the new version, which is not there yet.
        domains: rows of normal behaviour by key; of a key that the model has, they take its place.
        command: that makes the version again.
        pipeline: whose matches cut windows, for a model behind a pattern.
        say: is told a line for every key.

    Returns:
        The card of the new version.

    Raises:
        ModelError: when the model takes no such numbers, or `out` is there.
        TrainingError: too few rows, a value that is not finite, a constant channel.
        FileFormatError: when a file or a column is missing.
    """
    from models.training.calibrate import calibrate, window_of

    card = Card.read(folder)
    if card.domain is None:
        raise ModelError(
            f"model {shown_path(folder)}: its graph has the target's numbers as constants and "
            "serves one machine; train it with score: {domains: input}"
        )
    if out.exists():
        raise ModelError(
            f"model {shown_path(out)}: exists, and versions are not changed; give another --out"
        )
    table = DomainTable.read(folder / card.domain.file, card.domain.parameters)
    window = _window(window_of(card), pipeline)
    found: dict[str, Calibrated] = {}
    origins: dict[str, Any] = dict(card.data.get("domains", {}))
    for key, (domain, base) in domains.items():
        given, origin = read_domain(domain, window, base)
        found[key] = calibrate(card, table, window, given)
        say(
            f"{key}: {found[key].windows} windows of {found[key].rows} rows"
            f"{', in the place of what there was' if key in table.rows else ''}"
        )
        origins[key] = {**origin, "windows": found[key].windows, "windows_rows": found[key].rows}
    more = table.with_rows({key: each.numbers for key, each in found.items()})
    return _write(card, folder, out, more, origins, command)


def _document(path: Path) -> Domain:
    documents = read_documents(path)
    if len(documents) != 1:
        raise DocumentError(f"{path}: found {len(documents)} documents, expected one domain")
    return read_as(Domain, documents[0], str(path))


def _window(window: WindowDefinition, pipeline: Path | None) -> WindowDefinition:
    """The window, with the trigger's pipeline where the caller has it."""
    if window.trigger is None:
        if pipeline is not None:
            raise OptionError("--pipeline: no pattern cuts this model's windows; leave it out")
        return window
    if pipeline is None:
        raise OptionError(
            f"the model's windows are cut at matches of {window.trigger.pipeline}; name that "
            "pipeline's file with --pipeline"
        )
    trigger = window.trigger.model_copy(update={"pipeline": pipeline.resolve()})
    return window.model_copy(update={"trigger": trigger})


def _write(
    card: Card,
    folder: Path,
    out: Path,
    table: DomainTable,
    origins: Mapping[str, Any],
    command: str,
) -> Card:
    """The new version's folder, all of it or nothing."""
    from models.training.folder import WEIGHTS_FILE

    if card.domain is None:
        raise CardError(f"model {folder}: no input 'domain'")
    graphs = [MODEL_FILE, *(each.file for each in card.variants.values())]
    kept = [*graphs, *([WEIGHTS_FILE] if (folder / WEIGHTS_FILE).exists() else [])]
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".calibrate-", dir=out.parent) as work:
        made = Path(work) / out.name
        made.mkdir()
        for name in kept:
            shutil.copyfile(folder / name, made / name)
        table.write(made)
        sha256 = sha256_of(made / DOMAINS_FILE)
        domain = card.domain.model_copy(update={"file": DOMAINS_FILE, "sha256": sha256})
        inputs = tuple(domain if isinstance(each, DomainInput) else each for each in card.inputs)
        data = {
            **card.data,
            "domains": dict(origins),
            "calibrated_from": {"version": card.version, "sha256": sha256_of(folder / CARD_FILE)},
        }
        changes = {"version": out.name, "inputs": inputs, "data": data, "command": command}
        new = card.model_copy(update=changes)
        new.write(made)
        made.rename(out)
    return new
