"""Events that `benchmarks.cep` reads from files, one JSON object a line, by event time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from benchmarks import cep_fraud_team, report
from benchmarks.cep_case import SkippedError
from benchmarks.cep_plans import PIPELINES, compiled, flink_has
from benchmarks.jvm import ROOT
from tidegate.generators import PACKS, Options, Row

FOLDER = report.FOLDER / "cep"
MONTHS = ("2018-04", "2018-05")


def write(name: str, rows: Iterable[tuple[str, int, Mapping[str, Any]]]) -> tuple[Path, int]:
    """Writes rows of stream, event time in ms and values; returns the file and their number."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path, count = FOLDER / f"{name}.jsonl", 0
    with path.open("w") as lines:
        for stream, ts, values in rows:
            lines.write(json.dumps({"stream": stream, "ts": ts, "values": values}) + "\n")
            count += 1
    return path, count


def from_file(file: Path) -> dict[str, Any]:
    """Events of a file as a job reads them; beyond its end they come again, later."""
    return {"kind": "file", "file": str(file)}


def handbook(data: Path) -> tuple[Path, int]:
    """April and May of the Fraud Detection Handbook's transactions, by time.

    Raises:
        SkippedError: the data is not there.
    """
    files = [data / "fraud" / f"{month}.parquet" for month in MONTHS]
    missing = [str(file) for file in files if not file.exists()]
    if missing:
        raise SkippedError(f"no {missing[0]}; --data names the folder of the real data sets")
    frame = pd.concat([pd.read_parquet(file) for file in files])
    millis = frame["TX_DATETIME"].to_numpy().astype("datetime64[ms]").astype("int64")
    frame = frame.assign(ts=millis).sort_values(["ts", "TRANSACTION_ID"])
    columns = {
        "transaction_id": frame["TRANSACTION_ID"].tolist(),
        "ts": frame["ts"].tolist(),
        "customer_id": frame["CUSTOMER_ID"].tolist(),
        "terminal_id": frame["TERMINAL_ID"].tolist(),
        "amount": frame["TX_AMOUNT"].tolist(),
    }
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return write("handbook", (("transactions", row["ts"], row) for row in rows))


@dataclass(frozen=True)
class RuleData:
    """Rules in a plan, and events for them.

    Attributes:
        plan: with rules that both engines have.
        file: the events, by time.
        count: their number.
    """

    plan: dict[str, Any]
    file: Path
    count: int

    @property
    def events(self) -> dict[str, Any]:
        """As a job reads them."""
        return from_file(self.file)


def packs(events_a_pack: int = 40_000) -> RuleData:
    """All rule packs that have a generator, over their own events.

    Rules that Flink has nothing for give way to those of `cep_packs.rules.yaml`.
    """
    merged: dict[str, Any] = {}
    rules: list[str] = []
    rows: list[Row] = []
    for number, pack in enumerate(PACKS.values()):
        document = yaml.safe_load(pack.pipeline.read_text())
        rules += document["rules"]
        merged = {**document, "streams": {**merged.get("streams", {}), **document["streams"]}}
        rows += pack.generate(Options(events=events_a_pack, seed=number)).rows
    merged["rules"] = [*rules, str(PIPELINES / "cep_packs.rules.yaml")]
    plan = compiled(pipeline("packs", merged))
    plan["rules"] = [rule for rule in plan["rules"] if flink_has(rule, plan)]
    for stream in plan["streams"]:
        stream["derived"] = []  # No rule that is left looks at one.
    rows.sort(key=lambda row: row.ts)
    file, count = write("packs", ((row.stream, row.ts, row.values) for row in rows))
    return RuleData(plan, file, count)


def fraud_team(events: int = 100_000) -> RuleData:
    """A hundred rules of a fraud team over the fraud pack's events."""
    plan = compiled(fraud_pipeline(cep_fraud_team.rules()))
    rows = PACKS["fraud"].generate(Options(events=events)).rows
    file, count = write("fraud_team", ((row.stream, row.ts, row.values) for row in rows))
    return RuleData(plan, file, count)


def fraud_pipeline(rules: Sequence[Mapping[str, Any]], folder: Path = FOLDER) -> Path:
    """Writes the fraud pack's pipeline with other rules; returns its file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "fraud_team.rules.yaml"
    file.write_text(yaml.safe_dump({"rules": list(rules)}, sort_keys=False))
    document = {**yaml.safe_load(PACKS["fraud"].pipeline.read_text()), "rules": [str(file)]}
    return pipeline("fraud_team", document, folder)


def pipeline(name: str, document: Mapping[str, Any], folder: Path = FOLDER) -> Path:
    """Writes a pipeline of this repository's files for elsewhere; returns its file."""
    streams = {
        stream: {**one, "schema": str(ROOT / one["schema"])}
        for stream, one in document["streams"].items()
    }
    rules = [str(ROOT / rule) for rule in document["rules"]]
    whole = {**document, "pipeline": name, "streams": streams, "rules": rules}
    whole.pop("iceberg", None)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(whole))
    return file
