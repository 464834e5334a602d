"""Reads a model folder's card and checks it against the file and the window it is to score."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tidegate.documents import shown_path
from tidegate.errors import ModelError

MODEL_FILE = "model.onnx"
CARD_FILE = "card.json"


def _name(value: Any) -> Any:
    return value.get("name") if isinstance(value, dict) else value


_Name = Annotated[str, BeforeValidator(_name)]


class _Input(BaseModel):
    name: str
    channels: list[_Name] = Field(default_factory=list)
    length: int | None = None
    parameters: list[str] = Field(default_factory=list)
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+\.json$")] | None = None
    sha256: str | None = None
    unknown: Literal["default", "invalid"] = "default"


class _Threshold(BaseModel):
    value: float


class _Variant(BaseModel):
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+\.onnx$")]
    sha256: str


class _Document(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    name: str
    version: str
    sha256: str
    inputs: list[_Input]
    outputs: list[_Name]
    threshold: _Threshold
    variants: dict[str, _Variant] = Field(default_factory=dict)


@dataclass(frozen=True)
class DomainInput:
    """The graph's input `domain`, and the file in the folder that has its numbers by key.

    Attributes:
        parameters: names of the numbers, in the order of the tensor's columns.
        file: its name.
        sha256: of the file, hex.
        unknown: what becomes of a window whose key has no numbers: scored by the `default`'s, or
            `invalid`.
    """

    parameters: tuple[str, ...]
    file: str
    sha256: str
    unknown: Literal["default", "invalid"]


@dataclass(frozen=True)
class ModelCard:
    """What a job needs to know of a model.

    Attributes:
        file: name of the graph in the folder.
        sha256: of that file, hex.
        channels: input channels in the order of the tensor's rows.
        length: samples of a channel.
        outputs: names of the outputs in order, `score` among them.
        threshold: score from which a window is an anomaly.
        domain: the input that differs by key; None where the graph serves one machine.
    """

    folder: Path
    name: str
    version: str
    file: str
    sha256: str
    channels: tuple[str, ...]
    length: int
    outputs: tuple[str, ...]
    threshold: float
    domain: DomainInput | None = None


def read_card(folder: Path, variant: str | None = None) -> ModelCard:
    """The card of a model folder, whose graph, and numbers of domains, are checked against it.

    Args:
        folder: with `card.json` and the graphs.
        variant: which graph, by its name in the card; None for `model.onnx`.

    Raises:
        ModelError: when a file is missing, the card is not of its form, or the sha256 of the graph
            or of the domains' numbers differs from the card's.
    """
    shown = shown_path(folder)
    document = _read(folder)
    file, sha256 = MODEL_FILE, document.sha256
    if variant is not None:
        if variant not in document.variants:
            raise ModelError(
                f"model {shown}: no variant {variant}; its card has "
                f"{', '.join(sorted(document.variants)) or 'none'}: make it with jobs/train.py "
                f"--variants {variant}"
            )
        file, sha256 = document.variants[variant].file, document.variants[variant].sha256
    _check_file(folder, file, sha256)
    window = next((each for each in document.inputs if each.name == "window"), None)
    if window is None or not window.channels or window.length is None:
        raise ModelError(
            f"model {shown}: card.json: inputs: expected an input 'window' with channels and length"
        )
    domain = _domain(folder, document)
    if "score" not in document.outputs:
        raise ModelError(f"model {shown}: card.json: outputs: expected one called 'score'")
    return ModelCard(
        folder,
        document.name,
        document.version,
        file,
        sha256,
        tuple(window.channels),
        window.length,
        tuple(document.outputs),
        document.threshold.value,
        domain,
    )


def _domain(folder: Path, document: _Document) -> DomainInput | None:
    """The input `domain` with its file checked; any other input is unknown here."""
    shown = shown_path(folder)
    others = [each for each in document.inputs if each.name != "window"]
    if not others:
        return None
    domain = others[0]
    if len(others) > 1 or domain.name != "domain":
        raise ModelError(
            f"model {shown}: card.json: inputs: {others[-1].name}; this version feeds a graph "
            "'window' and 'domain' only"
        )
    if not domain.parameters or domain.file is None or domain.sha256 is None:
        raise ModelError(
            f"model {shown}: card.json: inputs: expected the input 'domain' with parameters, file "
            "and sha256"
        )
    _check_file(folder, domain.file, domain.sha256)
    return DomainInput(tuple(domain.parameters), domain.file, domain.sha256, domain.unknown)


def _check_file(folder: Path, file: str, sha256: str) -> None:
    shown = shown_path(folder)
    if not (folder / file).is_file():
        raise ModelError(f"model {shown}: {file} is missing; make the model with jobs/train.py")
    with (folder / file).open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != sha256:
        raise ModelError(
            f"model {shown}: sha256 of {file} is {found}, the card says {sha256}; "
            "restore the file or make the model again"
        )


def variants(folder: Path) -> dict[str, str]:
    """sha256 of each variant that a folder's card names.

    Raises:
        ModelError: when the card is missing or not of its form.
    """
    return {name: each.sha256 for name, each in _read(folder).variants.items()}


def _read(folder: Path) -> _Document:
    shown = shown_path(folder)
    for name in (CARD_FILE, MODEL_FILE):
        if not (folder / name).is_file():
            raise ModelError(f"model {shown}: {name} is missing; make the model with jobs/train.py")
    try:
        return _Document.model_validate(json.loads((folder / CARD_FILE).read_bytes()))
    except ValidationError as error:
        detail = error.errors()[0]
        key = ".".join(str(step) for step in detail["loc"])
        raise ModelError(f"model {shown}: card.json: {key}: {detail['msg']}") from error
    except ValueError as error:
        raise ModelError(f"model {shown}: card.json: not JSON: {error}") from error


def check_window(card: ModelCard, channels: tuple[str, ...], length: int, place: str) -> None:
    """Refuse a window whose shape is not the model's.

    Args:
        card: the model's card.
        channels: the pipeline's window channels in order.
        length: its samples of a channel.
        place: the pipeline, for errors.

    Raises:
        ModelError: naming what differs.
    """
    model = f"model {card.name} {card.version}"
    if length != card.length:
        raise ModelError(
            f"{place}: window.length is {length}, {model} expects {card.length}; set it to that"
        )
    missing = [name for name in card.channels if name not in channels]
    extra = [name for name in channels if name not in card.channels]
    if missing or extra:
        lists = (("lacks", missing), ("has besides", extra))
        found = " and ".join(f"{word} {', '.join(names)}" for word, names in lists if names)
        raise ModelError(
            f"{place}: window.channels {found}; {model} expects {', '.join(card.channels)}"
        )
    for index, (found_name, wanted) in enumerate(zip(channels, card.channels, strict=True)):
        if found_name != wanted:
            raise ModelError(
                f"{place}: window.channels[{index}] is {found_name}, {model} expects {wanted} "
                f"there; the order is {', '.join(card.channels)}"
            )
