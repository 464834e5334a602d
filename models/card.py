"""The card of a model: what it takes, what it gives, and where its figures come from.

`tidegate.model_card` reads the part that a job needs. This module has all of it, and writes it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import CardError
from tidegate.model_card import CARD_FILE as CARD_FILE
from tidegate.model_card import MODEL_FILE as MODEL_FILE
from tidegate.model_card import read_card

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1)]
Unit = Annotated[float, Field(ge=0.0, le=1.0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Channel(_Frozen):
    """One row of the input tensor: a field of the stream and its unit (`A`, `degC`, `rad/s`)."""

    name: Name
    unit: str


class Input(_Frozen):
    """One input of the graph: float32 [batch, channels, length] at `interval` seconds."""

    name: Name
    channels: tuple[Channel, ...] = Field(min_length=1)
    length: int = Field(gt=0)
    interval_seconds: float = Field(gt=0)

    @model_validator(mode="after")
    def _channels_once(self) -> Input:
        names = [channel.name for channel in self.channels]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"channels occur twice: {', '.join(twice)}")
        return self


class DomainInput(_Frozen):
    """The input `domain`, float32 [batch, parameters]: what differs between machines.

    Attributes:
        name: of the input.
        parameters: names of its columns.
        file: in the folder, with a row of numbers for every key, see `models.domain_table`.
        sha256: of that file.
        unknown: what becomes of a window whose key has no row: scored by the `default` one, or
            `invalid`.
    """

    name: Literal["domain"] = "domain"
    parameters: tuple[Name, ...] = Field(min_length=1)
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+\.json$")]
    sha256: Sha256
    unknown: Literal["default", "invalid"] = "default"


class Output(_Frozen):
    """One output of the graph, float32 [batch], and what it means."""

    name: Name
    meaning: str


class Threshold(_Frozen):
    """The score from which a window is an anomaly, and how it was chosen."""

    value: Unit
    chosen_by: Name


class Metrics(_Frozen):
    """How the score ranks windows of one domain; AUPRC is to be read beside the prevalence.

    Attributes:
        windows: number of windows.
        prevalence: share of them that are anomalous; the AUPRC of a random score.
        auroc: area under the ROC curve.
        auprc: average precision.
        f1: at the card's threshold.
        false_positive_rate: share of normal windows at or above the threshold.
        recall: share of anomalous windows at or above the threshold.
    """

    windows: int = Field(gt=0)
    prevalence: Unit
    auroc: Unit
    auprc: Unit
    f1: Unit
    false_positive_rate: Unit
    recall: Unit


class Parity(_Frozen):
    """How far ONNX Runtime's outputs were from the network's when the graph was exported."""

    windows: int = Field(gt=0)
    largest_difference: float = Field(ge=0)


class Speed(_Frozen):
    """How fast a graph scores with one thread on the machine that made it.

    Attributes:
        windows_per_second: in batches of 64, as the stream's are at most unless it says otherwise.
        p50_ms: median time of one window scored alone.
        p99_ms: what one in a hundred of them exceeds.
        provider: of ONNX Runtime.
        machine: its processor.
        budget_ms: that p99_ms was to keep within; None where none was given.
    """

    windows_per_second: float = Field(gt=0)
    p50_ms: float = Field(gt=0)
    p99_ms: float = Field(gt=0)
    provider: Name
    machine: str
    budget_ms: float | None = None

    @property
    def within_budget(self) -> bool:
        """Whether one window is scored in time."""
        return self.budget_ms is None or self.p99_ms <= self.budget_ms


class Variant(_Frozen):
    """A smaller form of the graph in the same folder, and what it costs and gains.

    Attributes:
        file: its name.
        sha256: of the file.
        size: of the file, bytes.
        largest_difference: of any score from the graph's, on training and test windows.
        metrics: as the card's, at the card's threshold, by the name of the data.
        auprc_lost: the graph's AUPRC less this one's, by the name of the data.
        speed: of this form.
        gain: its windows a second over the graph's.
    """

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+\.onnx$")]
    sha256: Sha256
    size: int = Field(gt=0)
    largest_difference: float = Field(ge=0)
    metrics: dict[str, Metrics]
    auprc_lost: dict[str, float]
    speed: Speed
    gain: float = Field(gt=0)


class Card(_Frozen):
    """What a model folder says about its `model.onnx`.

    Attributes:
        name: of the model, as in `registry/NAME/VERSION`.
        version: of the model.
        sha256: of `model.onnx`, lower-case hex.
        inputs: of the graph: `window`, and `domain` where one graph serves many machines.
        outputs: of the graph in order; `score` first.
        normaliser: where and how channels are normalised.
        score: the formula of `score`.
        threshold: score from which a window is an anomaly.
        network: architecture and widths.
        method: how it was adapted, with its settings.
        selection: what was chosen, by which criterion, among how many.
        training: settings of the training loop, and `history`: losses, the criterion and lambda
            by epoch.
        metrics: by the name of the data they were measured on.
        data: what the model was trained and measured on.
        parity: of the graph with the network.
        command: that makes this folder again.
        seed: of everything random in it.
        made_with: versions of this code, with its commit, and of the libraries that had a part.
        speed: of the graph, where it was measured.
        variants: smaller forms of the graph, by their kind.
    """

    name: Name
    version: Name
    sha256: Sha256
    inputs: tuple[Input | DomainInput, ...] = Field(min_length=1)
    outputs: tuple[Output, ...] = Field(min_length=1)
    normaliser: str
    score: str
    threshold: Threshold
    network: dict[str, Any]
    method: dict[str, Any] = Field(default_factory=dict)
    selection: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    metrics: dict[str, Metrics]
    data: dict[str, Any]
    parity: Parity
    command: Name
    seed: int
    made_with: dict[str, str]
    speed: Speed | None = None
    variants: dict[str, Variant] = Field(default_factory=dict)

    @property
    def window(self) -> Input:
        """The input called `window`."""
        return next(each for each in self.inputs if isinstance(each, Input))

    @property
    def domain(self) -> DomainInput | None:
        """The input called `domain`, where the graph takes one."""
        return next((each for each in self.inputs if isinstance(each, DomainInput)), None)

    @model_validator(mode="after")
    def _window_and_score(self) -> Card:
        names = [each.name for each in self.inputs]
        if names not in (["window"], ["window", "domain"]):
            raise ValueError(
                f"inputs: {', '.join(names)}; expected one called 'window', then 'domain' at most"
            )
        if self.outputs[0].name != "score":
            raise ValueError("outputs: expected 'score' first")
        return self

    def write(self, folder: Path) -> None:
        """Writes `card.json`, all of it or nothing.

        Raises:
            CardError: when a graph or `domains.json` in `folder` is not what this card describes.
        """
        graphs = {MODEL_FILE: self.sha256}
        graphs |= {each.file: each.sha256 for each in self.variants.values()}
        if self.domain is not None:
            graphs[self.domain.file] = self.domain.sha256
        for file, sha256 in graphs.items():
            found = sha256_of(folder / file)
            if found != sha256:
                raise CardError(
                    f"model {folder}: sha256 of {file} is {found}, the card to write says "
                    f"{sha256}; write the card of this file"
                )
        text = orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n"
        part = folder / f"{CARD_FILE}.part"
        part.write_bytes(text)
        part.replace(folder / CARD_FILE)

    @staticmethod
    def read(folder: Path) -> Card:
        """Reads and checks a folder's card and its file.

        Raises:
            ModelError: when a file is missing or `model.onnx` has another sha256.
            CardError: when the card lacks something or contradicts itself.
        """
        read_card(folder)
        try:
            return Card.model_validate_json((folder / CARD_FILE).read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(step) for step in first["loc"]) or "card"
            raise CardError(f"model {folder}: {CARD_FILE}: {place}: {first['msg']}") from error


def sha256_of(path: Path) -> str:
    """Lower-case hex sha256 of a file.

    Raises:
        CardError: when there is no such file.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise CardError(f"model file {path} is missing; make it with jobs/train.py") from error
