"""What a reader of a report should see first: where its figures give cause to worry."""

from __future__ import annotations

from collections.abc import Sequence

from models.metrics.table import Row, Table

# How far figures may lie apart before it is said. A drop of a tenth of AUROC is what a shift
# between machines costs at least; a rate of false alarms twice the intended one is felt.
DROP = 0.1
EXCESS = 2.0
FEW = 5


def findings(tables: Sequence[Table], intended: float | None) -> list[str]:
    """Sentences on what stands out, the most severe first; empty where nothing does.

    Args:
        tables: of the model's parts; those with a note are not judged.
        intended: share of normal windows that the threshold was to call; None where it was chosen
            by a rate of alarms.
    """
    tables = [table for table in tables if not table.note]
    ranked = [table for table in tables if table.ranked]
    found = [sentence for table in ranked for sentence in _beaten(table)]
    # A source may lose what the target wins.
    adapted = [table for table in ranked if not table.part.startswith("source")]
    found += [sentence for table in adapted for sentence in _against_reference(table)]
    found += _drop(ranked)
    if intended is not None:
        for table in tables:
            got = table.rows[0].at.false_positive_rate
            if got > EXCESS * intended and got > intended + 0.02:
                found.append(
                    f"{table.part}: {got:.1%} of the normal windows are called, {intended:.1%} was "
                    "intended. The threshold does not carry over; choose it on normal windows of "
                    "this domain (score.of: target_normal)."
                )
    for table in tables:
        if not table.ranked:
            kind = "anomalous" if table.prevalence else "normal"
            found.append(f"{table.part}: all windows are {kind}, so nothing can be ranked.")
        elif table.series < FEW:
            found.append(
                f"{table.part}: {table.series} series only. Windows of one series are alike: "
                "the figures may be luck, whatever their digits."
            )
    return found


def _beaten(table: Table) -> list[str]:
    model, baselines = table.rows[0], [row for row in table.rows if row.name in _FREE]
    best = max(baselines, key=lambda row: row.auprc)
    if model.auprc > best.auprc:
        return []
    return [
        f"{table.part}: AUPRC {model.auprc:.3f} does not beat the {best.name} baseline's "
        f"{best.auprc:.3f}, which looks at no sensor."
    ]


_FREE = ("random", "constant", "clock")


def _against_reference(table: Table) -> list[str]:
    model = table.rows[0]
    others: list[Row] = [row for row in table.rows[1:] if row.name not in _FREE]
    found = []
    for other in others:
        inside = model.intervals.get("auroc")
        if model.auroc < other.auroc:
            found.append(
                f"{table.part}: AUROC {model.auroc:.3f} is below {other.name}'s "
                f"{other.auroc:.3f}: adapting did harm."
            )
        elif inside is not None and inside.low <= other.auroc:
            found.append(
                f"{table.part}: AUROC {model.auroc:.3f} lies above {other.name}'s "
                f"{other.auroc:.3f}, but other series could give the reverse."
            )
    return found


def _drop(tables: Sequence[Table]) -> list[str]:
    sources = [table for table in tables if table.part.startswith("source")]
    if not sources:
        return []
    best = max(sources, key=lambda table: table.rows[0].auroc)
    return [
        f"{table.part}: AUROC {table.rows[0].auroc:.3f}, {best.part} has "
        f"{best.rows[0].auroc:.3f}: the shift between the domains is not made up for."
        for table in tables
        if table not in sources and best.rows[0].auroc - table.rows[0].auroc > DROP
    ]
