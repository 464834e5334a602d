"""Events that `benchmarks.cep` reads from files, one JSON object a line, by event time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from benchmarks import report
from benchmarks.cep_case import SkippedError
from benchmarks.cep_plans import compiled, flink_has
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
class PackData:
    """The rule packs in one plan, and events for it.

    Attributes:
        plan: with the rules that Flink's operator can express.
        left_out: the other rules, by name.
        file: the events of all packs, by time.
        count: their number.
    """

    plan: dict[str, Any]
    left_out: tuple[str, ...]
    file: Path
    count: int


def packs(events_a_pack: int = 40_000) -> PackData:
    """All rule packs that have a generator, over their own events."""
    merged: dict[str, Any] = {}
    rows: list[Row] = []
    for number, pack in enumerate(PACKS.values()):
        document = yaml.safe_load(pack.pipeline.read_text())
        document.pop("iceberg", None)
        streams = {**merged.get("streams", {}), **document["streams"]}
        rules = [*merged.get("rules", []), *(str(ROOT / rule) for rule in document["rules"])]
        merged = {**document, "pipeline": "packs", "streams": streams, "rules": rules}
        rows += pack.generate(Options(events=events_a_pack, seed=number)).rows
    for stream in merged["streams"].values():
        stream["schema"] = str(ROOT / stream["schema"])
    FOLDER.mkdir(parents=True, exist_ok=True)
    pipeline = FOLDER / "packs.yaml"
    pipeline.write_text(yaml.safe_dump(merged))
    plan = compiled(pipeline)
    kept = [rule for rule in plan["rules"] if flink_has(rule, plan)]
    left_out = [rule["id"] for rule in plan["rules"] if rule not in kept]
    rows.sort(key=lambda row: row.ts)
    file, count = write("packs", ((row.stream, row.ts, row.values) for row in rows))
    return PackData({**plan, "rules": kept}, tuple(left_out), file, count)
