"""The real data of these tests."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.end_to_end.reference import Transaction
from tests.shared_data import shared


def handbook_transactions(month: str) -> list[Transaction]:
    """One month of the Fraud Detection Handbook's transactions, in file order."""
    frame = pd.read_parquet(shared(f"fraud/{month}.parquet"))
    millis = frame["TX_DATETIME"].to_numpy().astype("datetime64[ms]").astype("int64")
    return [
        Transaction(*row)
        for row in zip(
            frame["TRANSACTION_ID"].tolist(),
            millis.tolist(),
            frame["CUSTOMER_ID"].tolist(),
            frame["TERMINAL_ID"].tolist(),
            frame["TX_AMOUNT"].tolist(),
            strict=True,
        )
    ]


def ur3_readings() -> list[dict[str, Any]]:
    """The UR3 session as rows of ``schemas/cobot_reading.avsc``; empty cells are None."""
    frame = pd.read_csv(shared("ur3_cobotops/session.csv"))
    millis = pd.to_datetime(frame["Timestamp"], utc=True).dt.tz_localize(None)
    columns: dict[str, list[Any]] = {
        "robot_id": ["ur3"] * len(frame),
        "ts": millis.to_numpy().astype("datetime64[ms]").astype("int64").tolist(),
        "tool_current": frame["Tool_current"].tolist(),
        "cycle": frame["cycle"].tolist(),
        "protective_stop": frame["Robot_ProtectiveStop"].tolist(),
        "grip_lost": frame["grip_lost"].tolist(),
    }
    for joint in range(6):
        heat = "Temperature_T0" if joint == 0 else f"Temperature_J{joint}"
        columns[f"current_{joint}"] = frame[f"Current_J{joint}"].tolist()
        columns[f"temperature_{joint}"] = frame[heat].tolist()
        columns[f"speed_{joint}"] = frame[f"Speed_J{joint}"].tolist()
    return [
        {name: None if pd.isna(value) else value for name, value in zip(columns, row, strict=True)}
        for row in zip(*columns.values(), strict=True)
    ]
