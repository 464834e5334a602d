"""The demo's picture: signal, windows that patterns opened, and what the model made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

_QUIET = "#8a94a6"
_ALERT = "#c62828"
_BELOW = "#2e7d32"


def draw(
    path: Path,
    title: str,
    robot: str,
    readings: pd.DataFrame,
    windows: pd.DataFrame,
    threshold: float | None,
) -> None:
    """Writes a PNG of one robot's session.

    Args:
        path: file to write; its folder must exist.
        title: first line of the picture; says where the data comes from.
        robot: key whose readings these are.
        readings: columns ``ts`` (epoch ms), ``current_0`` to ``current_5`` (A),
            ``temperature_0`` to ``temperature_5`` (°C), ``protective_stop`` (bool or missing).
        windows: one row a scored window: ``rule_id``, ``window_start``, ``window_end`` (epoch ms),
            ``score`` (0 to 1), ``alert`` (bool).
        threshold: score from which a window is an alert; None when there is no model.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    origin = int(readings["ts"].min())

    def minutes(millis: pd.Series) -> npt.NDArray[np.float64]:
        return (millis.to_numpy(dtype="float64") - origin) / 60_000

    time = minutes(readings["ts"])
    figure, (current, heat, score) = pyplot.subplots(
        3, 1, figsize=(13, 8), sharex=True, height_ratios=(3, 2, 2), layout="constrained"
    )
    figure.suptitle(f"{title}\nrobot {robot}", fontsize=12)

    columns = [f"current_{joint}" for joint in range(6)]
    current.plot(time, readings[columns].abs().max(axis=1), color="#1f4e8c", linewidth=0.8)
    current.set_ylabel("largest joint current (A)")
    stops = time[readings["protective_stop"].isin([True]).to_numpy()]
    current.plot(
        stops, np.zeros(len(stops)), "|", color="black", markersize=14, label="protective stop"
    )
    for joint in range(6):
        heat.plot(time, readings[f"temperature_{joint}"], linewidth=0.8, label=f"joint {joint}")
    heat.set_ylabel("temperature (°C)")
    heat.legend(loc="upper left", ncols=6, fontsize=8, frameon=False)

    begin, end = minutes(windows["window_start"]), minutes(windows["window_end"])
    for alert, colour, name in ((True, _ALERT, "alert"), (False, _BELOW, "below the threshold")):
        chosen = windows["alert"].to_numpy(dtype=bool) == alert
        for left, right in zip(begin[chosen], end[chosen], strict=True):
            current.axvspan(left, right, color=colour, alpha=0.15, linewidth=0)
        score.plot(end[chosen], windows["score"][chosen], "o", color=colour, label=name)
    if threshold is not None:
        score.axhline(threshold, color=_QUIET, linestyle="--", label=f"threshold {threshold:.2f}")
    score.set_ylabel("score")
    score.set_ylim(-0.05, 1.25)
    score.set_xlabel("event time since the session's start (minutes)")
    current.legend(loc="upper left", fontsize=8, frameon=False)
    score.legend(loc="upper left", ncols=3, fontsize=8, frameon=False)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
