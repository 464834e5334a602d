"""A training file: what a model is to be trained on and how, as people write it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from models.windows import LabelRule
from tidegate.documents import Document, read_as, read_documents, shown_path, substitute
from tidegate.errors import DocumentError
from tidegate.overrides import override

Share = Annotated[float, Field(gt=0, lt=1)]
Name = Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9_.-]+$")]


class Generated(Document):
    """Sessions of the generated robot (`models.generator`).

    Attributes:
        brand: of the robots.
        sessions: how many.
        minutes: length of each.
        seed: of the first; each further one has the next number.
    """

    brand: Literal["source", "target"]
    sessions: int = Field(gt=0)
    minutes: int = Field(gt=0)
    seed: int = Field(ge=0)


class _Columns(Document):
    time: str
    unit: Literal["s", "ms", "us", "ns", "text"] = "ms"
    label: str | None = None
    group: str | None = None
    classes: dict[str, int] | None = None


class Files(_Columns):
    """CSV or Parquet files.

    Attributes:
        files: paths or patterns, relative to the training file.
        delimiter: of CSV files; found in the header when missing.
        time, unit, label, group, classes: which columns hold what, see `connectors.history`.
    """

    files: tuple[str, ...] = Field(min_length=1)
    delimiter: str | None = None


class Table(_Columns):
    """An Iceberg table.

    Attributes:
        table: `namespace.name`.
        pipeline: file of the pipeline whose catalog has it, relative to the training file.
        snapshot_id: as which it is read; None for the one it has when training begins.
        filter: rows to read, in PyIceberg's language.
        time, unit, label, group, classes: which columns hold what, see `connectors.history`.
    """

    table: str
    pipeline: Path
    snapshot_id: int | None = None
    filter: str = ""


class Domain(Document):
    """Where a domain's samples come from: exactly one of the three.

    Attributes:
        name: for reports and cards.
        normal_rows: how many samples at the beginning of each series are declared to be normal.
        generated: sessions that are made up.
        files: files.
        table: a table.
    """

    name: Name
    normal_rows: int = Field(default=0, ge=0)
    generated: Generated | None = None
    files: Files | None = None
    table: Table | None = None

    @model_validator(mode="after")
    def _one(self) -> Domain:
        given = [each for each in ("generated", "files", "table") if getattr(self, each)]
        if len(given) != 1:
            raise ValueError(
                f"domain {self.name}: {' and '.join(given) or 'nothing'}, expected one of "
                "generated, files, table"
            )
        return self


class Trigger(Document):
    """Matches that cut windows: those of a pipeline's rules, replayed over the history.

    Attributes:
        pipeline: file of the pipeline that the model is for, relative to the training file.
        rules: ids of those whose matches cut; all that cut windows in the stream when empty.
    """

    pipeline: Path
    rules: tuple[str, ...] = ()


class WindowDefinition(Document):
    """What a window is: the same in training and in the stream.

    Attributes:
        channels: unit by name, in the order in which the model takes them.
        length: samples of a window.
        stride: samples between the starts of two windows, where windows are not cut at matches.
        trigger: whose matches cut the windows; None: every `stride` samples.
        interval_seconds: between two samples.
        label: how samples' labels become a window's.
        features: channels derived inside the graph, each `{kind: {options}}`.
        relative: rows taken relative to their own mean in the window.
        hidden: channels that only features see.
        statistics: of which windows means and deviations are taken: `normal`: those labelled so in
            a source, declared so in a target; `all`.
        deviations: whose deviations a domain that is standardised by its own means is divided by:
            its `own`, or the `source`'s, so that a machine that moves less is seen to.
    """

    channels: dict[str, str] = Field(min_length=1)
    length: int = Field(gt=0)
    stride: int = Field(default=1, gt=0)
    trigger: Trigger | None = None
    interval_seconds: float = Field(default=1.0, gt=0)
    label: LabelRule = "any"
    features: tuple[dict[str, dict[str, Any]], ...] = ()
    relative: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    statistics: Literal["all", "normal"] = "all"
    deviations: Literal["own", "source"] = "own"

    @property
    def names(self) -> tuple[str, ...]:
        """Of the channels, in their order."""
        return tuple(self.channels)

    def seen_from(self, folder: Path) -> WindowDefinition:
        """The same window for whoever stands elsewhere than in the training file's folder."""
        if self.trigger is None:
            return self
        found = self.trigger.model_copy(update={"pipeline": folder / self.trigger.pipeline})
        return self.model_copy(update={"trigger": found})

    @model_validator(mode="after")
    def _known(self) -> WindowDefinition:
        if self.trigger is not None and "stride" in self.model_fields_set:
            raise ValueError("stride: with a trigger, matches say where windows end; leave it out")
        for name in self.hidden:
            if name not in self.channels:
                raise ValueError(f"hidden: {name} is none of the channels")
        if set(self.hidden) == set(self.channels) and not self.features:
            raise ValueError("hidden: all channels are, and there are no features")
        return self


class Split(Document):
    """How a domain's samples are divided.

    Attributes:
        by: `group`: whole groups; `time`: each group's earlier and later samples.
        training: share to train on.
        validation: share of a source to choose by; of the target to train on too, since nothing can
            be chosen by windows without labels.
        test: share that is only measured on.
        gap: samples left out between parts, by time.
        seed: of the order in which groups are dealt out; another than the training's, so that
            trainings with several seeds are measured on the same windows.
        labelled: share of the target's training samples whose labels may be learnt from, for
            methods that take them.
    """

    by: Literal["group", "time"] = "group"
    training: Share = 0.6
    validation: Share = 0.2
    test: Share = 0.2
    gap: int = Field(default=0, ge=0)
    seed: int = Field(default=0, ge=0)
    labelled: float = Field(default=0.0, ge=0, lt=1)


class NetworkDefinition(Document):
    """Which network, and how large.

    Attributes:
        encoder: its name.
        options: its sizes.
        hidden: widths of the classifier's inner layers.
        decoder: sizes of the decoder; null where windows are not reconstructed.
        dropout: of the heads.
    """

    encoder: Literal["cnn_bilstm", "cnn", "tcn", "patch_transformer"] = "cnn_bilstm"
    options: dict[str, Any] = Field(default_factory=dict)
    hidden: tuple[int, ...] = (64, 32)
    decoder: dict[str, Any] | None = Field(default={})
    dropout: float = Field(default=0.3, ge=0, lt=1)


class Score(Document):
    """How outputs become one number and a threshold; no label of the target takes part.

    Attributes:
        alpha: weight of the classifier against the reconstruction.
        percentile: of normal windows' scores, at which the threshold lies.
        false_alarms_per_hour: that are borne; takes the place of the percentile.
        of: whose normal windows: the source's validation windows, or those of the target's training
            windows that are declared to be normal (`normal_rows`).
        embedding: whether the latent vector is an output too.
        domains: the numbers that a domain is standardised by: the target's as `constant` of the
            graph, which then serves one machine, or an `input` of it, with a row for every key.
        unknown: what becomes of a window whose key has no numbers, where they are an input: scored
            by the `default` ones, the target's, or reported as `invalid`.
    """

    alpha: float = Field(default=0.7, ge=0, le=1)
    percentile: float = Field(default=95.0, ge=0, le=100)
    false_alarms_per_hour: float | None = Field(default=None, gt=0)
    of: Literal["source_validation", "target_normal"] = "source_validation"
    embedding: bool = False
    domains: Literal["constant", "input"] = "constant"
    unknown: Literal["default", "invalid"] = "default"

    @model_validator(mode="after")
    def _asked_of_an_input(self) -> Score:
        if self.unknown != "default" and self.domains != "input":
            raise ValueError(f"unknown: {self.unknown} is for domains: input; leave it out")
        return self


class TrainingDefinition(Document):
    """A whole training file.

    Attributes:
        model: name of the model.
        sources: labelled domains.
        target: the domain that the model is for; None: the sources themselves.
        window: what a window is.
        split: how domains are divided.
        network: which.
        method: name of the method and its settings.
        training: settings of the loop, see `models.adaptation.trainer.Training`.
        augmentation: random changes of the training windows of all domains, in their order, each
            `{kind: {options}}`.
        score: how outputs become one number.
    """

    model: Name
    sources: tuple[Domain, ...] = Field(min_length=1)
    target: Domain | None = None
    window: WindowDefinition
    split: Split = Split()
    network: NetworkDefinition = NetworkDefinition()
    method: dict[str, dict[str, Any]] = Field(
        default={"source_only": {}}, min_length=1, max_length=1
    )
    training: dict[str, Any] = Field(default_factory=dict)
    augmentation: tuple[dict[str, dict[str, Any]], ...] = ()
    score: Score = Score()

    @model_validator(mode="before")
    @classmethod
    def _method_by_name(cls, document: Any) -> Any:
        """`method: dann` is `method: {dann: {}}`."""
        if isinstance(document, Mapping) and isinstance(document.get("method"), str):
            return {**document, "method": {document["method"]: {}}}
        return document


def read_training(
    path: Path, settings: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> TrainingDefinition:
    """Reads a training file.

    Args:
        path: of the file.
        settings: `key=value` assignments that override the file, see `tidegate.overrides`.
        environment: values for `${NAME}`; the process environment when None.

    Raises:
        DocumentError: when the file is missing or a key does not fit.
        OptionError: when a setting cannot be assigned.
    """
    source = shown_path(path)
    documents = read_documents(path)
    if len(documents) != 1:
        raise DocumentError(f"{source}: found {len(documents)} documents, expected one training")
    raw = substitute(documents[0], os.environ if environment is None else environment, source)
    return read_as(TrainingDefinition, override(raw, settings, source), source)
