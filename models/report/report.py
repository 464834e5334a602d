"""A report: figures measured, plots drawn, both written into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import orjson
from matplotlib.figure import Figure

from models.card import Card, Variant
from models.metrics.table import Asked, Judged, Table, tabulate
from models.report import plots
from models.report.findings import findings
from models.report.page import Picture, page
from models.report.scored import Scored, known_errors

REPORT_FILE = "report.html"
METRICS_FILE = "metrics.json"

ROC = (
    "How many anomalous windows are found against how many normal ones are called, as the "
    "threshold falls. A curve near the diagonal knows nothing. Worry when the target's lies well "
    "below the source's: the shift is not made up for."
)
PRECISION_RECALL = (
    "How many of the called windows are anomalous, against how many anomalous ones are found. "
    "Dotted: the prevalence, which a random score has. Worry when the curve falls to it early: "
    "few alarms would be right."
)
HISTOGRAMS = (
    "Scores of windows of either kind. Good: two heaps with the threshold between. Worry when the "
    "target's normal heap lies right of the threshold (false alarms), or when its anomalous heap "
    "lies within the normal one (nothing to find by any threshold)."
)
ERRORS = (
    "Share of windows rebuilt with an error below; dashed: anomalous ones. Lines of normal windows "
    "should lie near each other. Worry when the target's lies to the right of the source's: it is "
    "strange to the decoder as a whole, and the reconstruction's part of the score calls all of it."
)
EMBEDDING = (
    "Latent vectors drawn so that near ones stay near (t-SNE); crosses are anomalous. Good: "
    "domains lie over each other, anomalous windows together. Worry when domains lie apart (not "
    "aligned), or when crosses and points are mixed evenly (aligned, and no longer told apart). "
    "Distances between groups and their sizes mean nothing."
)
CURVES = (
    "Means over the epochs. Worry when a loss swings or grows, when the classification still falls "
    "at the end (train longer), or when it rises as λ does (lower the method's weight). λ is the "
    "weight of the adaptation, which acts once: an adversarial method's in the gradient alone."
)


def write_report(
    folder: Path,
    card: Card,
    parts: Sequence[Scored],
    asked: Asked,
    intended: float | None,
    reference: str = "reference",
    command: str = "",
    variant: str | None = None,
) -> tuple[Table, ...]:
    """Writes `report.html` and `metrics.json`.

    Args:
        folder: an existing one.
        card: of the model.
        parts: windows and what the model says of them; those without labels are only drawn.
        asked: how is measured.
        intended: share of normal windows that the threshold was to call, None where not known.
        reference: name of the model that the parts were scored by before.
        command: that makes the report again; empty where the model's own does.
        variant: smaller form of the graph that gave the scores, by its name in the card.

    Returns:
        The figures.

    Raises:
        EvaluationError: when a score is NaN.
    """
    tables = tuple(_table(each, card, asked, reference) for each in parts if not each.unknown.all())
    worries = findings(tables, intended)
    for each in parts:
        if each.unknown.all():
            worries.append(f"{each.part}: no window has a label, so nothing is measured on it.")
    form = card.variants[variant] if variant is not None else None
    title = f"{card.name} {card.version}{f' {variant}' if variant else ''}"
    text = page(
        f"Report: {title}",
        _facts(card, command, form),
        worries,
        tables,
        _pictures(card, parts),
        asked.alarms,
    )
    document = {
        "model": {
            "name": card.name,
            "version": card.version,
            "variant": variant,
            "sha256": (form or card).sha256,
        },
        "threshold": card.threshold.model_dump(),
        "measured": asdict(asked),
        "command": command or card.command,
        "worries": worries,
        "parts": {
            table.part: {**asdict(table), "rows": {row.name: asdict(row) for row in table.rows}}
            for table in tables
        },
    }
    # What has no value, NaN here, is null there.
    found = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n"
    for name, content in ((REPORT_FILE, text.encode()), (METRICS_FILE, found)):
        part = folder / f"{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)
    return tables


def _table(scored: Scored, card: Card, asked: Asked, reference: str) -> Table:
    judged = [Judged("model", scored.scores, card.threshold.value)]
    if scored.before is not None:
        judged.append(Judged(reference, scored.before.scores, scored.before.threshold))
    return tabulate(scored.part, scored.windows, judged, asked, scored.note)


def _pictures(card: Card, parts: Sequence[Scored]) -> list[Picture]:
    # Scores of windows that the file was not made for would only mislead the eye.
    own = [each for each in parts if not each.note]
    ranked = [each for each in own if each.labelled]
    drawn: list[tuple[str, Figure | None, str]] = []
    if ranked:
        drawn += [
            ("ROC", plots.roc(ranked), ROC),
            ("Precision and recall", plots.precision_recall(ranked), PRECISION_RECALL),
        ]
    if own:
        drawn.append(("Scores", plots.histograms(own, card.threshold.value), HISTOGRAMS))
    if any(known_errors(each) is not None for each in own):
        drawn.append(("Reconstruction error by domain", plots.errors(own), ERRORS))
    drawn.append(("Embedding", plots.embedding(parts, card.seed), EMBEDDING))
    drawn.append(("Training", plots.curves(card.training.get("history", {})), CURVES))
    return [
        Picture(title, plots.svg(figure), caption)
        for title, figure, caption in drawn
        if figure is not None
    ]


def _facts(card: Card, command: str, form: Variant | None) -> dict[str, str]:
    method = dict(card.method)
    name = str(method.pop("name", "not stated"))
    settings = ", ".join(f"{key} {value}" for key, value in method.items())
    facts = {
        "method": f"{name} ({settings})" if settings else name,
        "selection": str(card.selection.get("reason", "")) or _listed(card.selection),
        "score": card.score,
        "threshold": f"{card.threshold.value:.4f}, {card.threshold.chosen_by}",
        "normaliser": card.normaliser,
        "target's labels": str(card.data.get("target_labels", "")),
        "window": (
            f"{card.window.length} samples, {card.window.interval_seconds:g} s apart, of "
            f"{', '.join(f'{c.name} ({c.unit})' for c in card.window.channels)}"
        ),
        "parity": (
            f"ONNX Runtime within {card.parity.largest_difference:.1e} of the network on "
            f"{card.parity.windows} windows"
        ),
        "smaller form": ""
        if form is None
        else f"{form.file}; scores within {form.largest_difference:.4f} of the whole graph's",
        "made by": card.command,
        "report by": command,
        "sha256": (form or card).sha256,
    }
    return {key: value for key, value in facts.items() if value}


def _listed(values: dict[str, object]) -> str:
    return ", ".join(f"{key.replace('_', ' ')}: {value}" for key, value in values.items())
