"""The figures of a report, each a drawing that stands by itself."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from sklearn.manifold import TSNE
from sklearn.metrics import precision_recall_curve, roc_curve

from models.report.scored import History, Scored, known_errors
from models.windows import Floats

# Okabe and Ito's colours, which colour-blind people tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
NORMAL, ANOMALOUS, UNKNOWN = COLOURS[0], COLOURS[1], "#777777"
# More points of a domain make the map slow and no clearer.
POINTS = 400
WIDE, HIGH = 7.0, 3.6


def roc(parts: Sequence[Scored]) -> Figure:
    """ROC curves of all parts with labels of both kinds; the reference's dashed."""
    figure, axes = _axes("false-positive rate", "recall")
    axes.plot([0, 1], [0, 1], color=UNKNOWN, linewidth=1, linestyle=":", label="random")
    for colour, scored in zip(_colours(parts), parts, strict=True):
        for name, scores, style in _curves(scored):
            known = ~scored.unknown
            false, true, _ = roc_curve(scored.of(True)[known], scores[known])
            axes.plot(false, true, color=colour, linestyle=style, label=name)
    _square(axes)
    return figure


def precision_recall(parts: Sequence[Scored]) -> Figure:
    """Precision over recall of all parts with both kinds; dotted: the prevalence of each."""
    figure, axes = _axes("recall", "precision")
    for colour, scored in zip(_colours(parts), parts, strict=True):
        known = ~scored.unknown
        anomalous = scored.of(True)[known]
        for name, scores, style in _curves(scored):
            precision, recall, _ = precision_recall_curve(anomalous, scores[known])
            # The last point has recall 0 and precision 1 by convention, whatever the scores.
            axes.plot(recall[:-1], precision[:-1], color=colour, linestyle=style, label=name)
        axes.axhline(float(anomalous.mean()), color=colour, linewidth=1, linestyle=":")
    _square(axes)
    return figure


def histograms(parts: Sequence[Scored], threshold: float) -> Figure:
    """Scores of normal and anomalous windows of each part, and the threshold."""
    figure, panels = _panels(len(parts), "score", "share of the kind")
    for axes, scored in zip(panels, parts, strict=True):
        top = max(1.0, float(np.nanmax(scored.scores)))
        bins = np.linspace(min(0.0, float(np.nanmin(scored.scores))), top, 41).tolist()
        for name, rows, colour in _kinds(scored):
            own = scored.scores[rows]
            weights = np.full(len(own), 1.0 / len(own))
            axes.hist(own, bins, weights=weights, color=colour, alpha=0.55, label=name)
        axes.axvline(threshold, color="black", linewidth=1, linestyle="--", label="threshold")
        axes.set_title(scored.part, fontsize=10)
        axes.legend(fontsize=8)
    return figure


def errors(parts: Sequence[Scored]) -> Figure:
    """Cumulated reconstruction errors of each part's normal and anomalous windows."""
    figure, axes = _axes("reconstruction error, deviations", "share of windows below")
    shown: list[Floats] = []
    for colour, scored in zip(_colours(parts), parts, strict=True):
        found = known_errors(scored)
        if found is None:
            continue
        shown.append(found)
        for name, rows, _ in _kinds(scored):
            own = np.sort(found[rows])
            style = "--" if name == "anomalous" else "-"
            share = np.arange(1, len(own) + 1) / len(own)
            axes.plot(own, share, color=colour, linestyle=style, label=f"{scored.part}, {name}")
    if max(each.max() for each in shown) > 20 * min(each.min() for each in shown):
        axes.set_xscale("log")
    axes.set_ylim(0, 1.02)
    axes.legend(fontsize=8)
    return figure


def embedding(parts: Sequence[Scored], seed: int) -> Figure | None:
    """Latent vectors of all parts by t-SNE, the reference's beside; None where there are none.

    Colours are parts; crosses are windows known to be anomalous. Only what is near is to be read:
    distances between groups and their sizes mean nothing.

    Source: van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 9, 2008.
    """
    views: list[tuple[str, list[tuple[Scored, Floats]]]] = []
    before = [(p, p.before.latent) for p in parts if p.before and p.before.latent is not None]
    after = [(p, p.latent) for p in parts if p.latent is not None and not p.note]
    for title, view in (("before: the reference", before), ("after: this model", after)):
        if sum(len(latent) for _, latent in view) >= 10:
            views.append((title, view))
    if not views:
        return None
    figure, panels = _panels(len(views), "", "", height=4.2)
    for axes, (title, view) in zip(panels, views, strict=True):
        random = np.random.default_rng(seed)
        drawn = [random.permutation(len(latent))[:POINTS] for _, latent in view]
        places = _tsne([latent[rows] for rows, (_, latent) in zip(drawn, view, strict=True)], seed)
        for colour, (scored, _), rows, place in zip(
            _colours([each for each, _ in view]), view, drawn, places, strict=True
        ):
            marked = scored.of(True)[rows]
            for mask, marker in ((~marked, "o"), (marked, "x")):
                # Drawn as pixels: a thousand marks as shapes would make the page large.
                axes.scatter(
                    place[mask, 0],
                    place[mask, 1],
                    s=20,
                    color=colour,
                    alpha=0.6,
                    marker=marker,
                    linewidths=0 if marker == "o" else 1,
                    rasterized=True,
                    label=scored.part if marker == "o" else f"{scored.part}, anomalous",
                )
        axes.set_title(title, fontsize=10)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.legend(fontsize=7, loc="best")
    return figure


def curves(history: History) -> Figure | None:
    """Losses by epoch, below them lambda and the criterion; None where nothing was trained."""
    losses = {name: column for name, column in history.items() if name.startswith("loss.")}
    others = [name for name in ("lambda", "criterion") if name in history]
    if not losses:
        return None
    figure = _figure(HIGH + 1.3 * len(others))
    heights = [3.0, *[1.0 for _ in others]]
    panels = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights, squeeze=False)
    for name, column in losses.items():
        _line(panels[0, 0], column, name.removeprefix("loss."))
    panels[0, 0].set_ylabel("loss")
    panels[0, 0].legend(fontsize=8)
    for axes, name in zip(panels[1:, 0], others, strict=True):
        _line(axes, history[name], name)
        axes.set_ylabel("λ" if name == "lambda" else name)
    for axes in panels[:, 0]:
        axes.grid(alpha=0.25)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[-1, 0].set_xlabel("epoch")
    return figure


def svg(figure: Figure) -> str:
    """A figure as the address of an image that holds it.

    As an image, and not as part of the page, its names cannot clash with those of another.
    """
    text = io.StringIO()
    # The same figure is the same text: no date, and names that are not drawn by chance.
    with rc_context({"svg.hashsalt": "tidegate"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(text.getvalue().encode()).decode()


def _tsne(parts: Sequence[Floats], seed: int) -> list[Floats]:
    """Places of the rows of all parts in one map, float32 [count, 2] each."""
    joined = np.concatenate(parts).astype(np.float32)
    perplexity = min(30.0, (len(joined) - 1) / 3.0)
    start = "pca" if joined.shape[1] >= 2 else "random"
    places = TSNE(2, perplexity=perplexity, init=start, random_state=seed).fit_transform(joined)
    return list(np.split(places, np.cumsum([len(part) for part in parts])[:-1]))


def _curves(scored: Scored) -> list[tuple[str, Any, str]]:
    found: list[tuple[str, Any, str]] = [(scored.part, scored.scores, "-")]
    if scored.before is not None:
        found.append((f"{scored.part}, reference", scored.before.scores, "--"))
    return found


def _kinds(scored: Scored) -> list[tuple[str, Any, str]]:
    kinds = [
        ("normal", scored.of(False), NORMAL),
        ("anomalous", scored.of(True), ANOMALOUS),
        ("no label", scored.unknown, UNKNOWN),
    ]
    return [kind for kind in kinds if kind[1].any()]


def _colours(parts: Sequence[Scored]) -> list[str]:
    return [COLOURS[at % len(COLOURS)] for at in range(len(parts))]


def _line(axes: Axes, column: list[float | None], name: str) -> None:
    values = [float("nan") if value is None else value for value in column]
    axes.plot(range(1, len(values) + 1), values, marker=".", markersize=4, label=name)


def _figure(height: float, width: float = WIDE) -> Figure:
    return Figure(figsize=(width, height), layout="constrained", dpi=110)


def _axes(x: str, y: str) -> tuple[Figure, Axes]:
    figure = _figure(HIGH)
    axes = figure.subplots()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.25)
    return figure, axes


def _panels(count: int, x: str, y: str, height: float = 2.8) -> tuple[Figure, list[Axes]]:
    """Panels two in a row."""
    columns = min(count, 2)
    rows = -(-count // columns)
    figure = _figure(height * rows)
    found = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes in found[count:]:
        axes.set_visible(False)
    for at, axes in enumerate(found[:count]):
        axes.set_xlabel(x)
        axes.set_ylabel(y if at % columns == 0 else "")
    return figure, found[:count]


def _square(axes: Axes) -> None:
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.02)
    axes.set_aspect("equal")
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.02, 0.5))
