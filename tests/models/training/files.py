"""Training files and the data they name, small enough to train in a second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml


def recording(seed: int, target: bool = False, rows: int = 400) -> pd.DataFrame:
    """Two channels; an anomaly is a stretch where the second swings faster."""
    random = np.random.default_rng(seed)
    time = np.arange(rows)
    anomaly = (time // 40) % 3 == 1
    a = np.sin(time / 3) + random.normal(0, 0.1, rows)
    b = np.sin(time * np.where(anomaly, 2.0, 0.5)) + random.normal(0, 0.1, rows)
    if target:
        a, b = 5 + 3 * a, 0.2 * b - 1
    columns = {"time": time * 1000, "a": a, "b": b, "anomaly": anomaly.astype(int)}
    return pd.DataFrame(columns)


def write(folder: Path, **changes: Any) -> Path:
    """A training file with six recordings of each domain beside it."""
    for name, target in (("one", False), ("two", True)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for at in range(6):
            recording(at + 10 * target, target).to_csv(folder / name / f"{at}.csv", index=False)
    columns = {"time": "time", "unit": "ms", "label": "anomaly"}
    document: dict[str, Any] = {
        "model": "pump",
        "sources": [{"name": "one", "files": {"files": ["one/*.csv"], **columns}}],
        "target": {"name": "two", "files": {"files": ["two/*.csv"], **columns}},
        "window": {"channels": {"a": "A", "b": "rad/s"}, "length": 16, "stride": 8},
        "network": {
            "encoder": "tcn",
            "options": {"width": 8, "blocks": 2, "latent": 8},
            "hidden": [8],
            "decoder": {"hidden": 8, "widths": [8, 8]},
        },
        "method": "per_domain_normalisation",
        "training": {"epochs": 3, "batch": 16, "rate": 0.01},
    }
    path = folder / "training.yaml"
    path.write_text(yaml.safe_dump({**document, **changes}))
    return path
