"""Files of events that `benchmarks.cep` reads: one JSON object a line, by event time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import report
from benchmarks.cep_case import SkippedError

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
