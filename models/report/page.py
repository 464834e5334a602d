"""The page: one HTML file with everything inside, for a screen, a phone and paper."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from models.metrics.bootstrap import Interval
from models.metrics.table import Row, Table

DASH = "\N{EN DASH}"
STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: #fff; color: #1a1a1a;
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd; text-align: right;
  white-space: nowrap; font-variant-numeric: tabular-nums; }
th { white-space: normal; overflow-wrap: normal; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; } thead th { border-bottom: 2px solid #888; }
tr.free td { color: #666; } td small { display: block; color: #666; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .2rem 1rem; }
dt { color: #555; } dd { margin: 0; }
figure { margin: 0 0 1.5rem; } img { display: block; width: 100%; max-width: 48rem; height: auto; }
figcaption, .note { color: #444; font-size: .9rem; max-width: 48rem; }
.worry { border-left: 4px solid #D55E00; background: #fdf3ec; padding: .5rem 1rem; }
.calm { border-left: 4px solid #009E73; background: #eef8f4; padding: .5rem 1rem; }
.worry ul { margin: .25rem 0; padding-left: 1.2rem; } code { font-size: .85rem; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; }
  figure, tr, .worry { break-inside: avoid; } h2 { break-after: avoid; }
  .wide { overflow: visible; } table { font-size: 6.5pt; } th, td { padding: .1rem .2rem; } }
"""


@dataclass(frozen=True)
class Picture:
    """A figure of the page.

    Attributes:
        title: its heading.
        address: of the image, with all of it inside.
        caption: what it shows and when to worry.
    """

    title: str
    address: str
    caption: str


def page(
    title: str,
    facts: Mapping[str, str],
    worries: Sequence[str],
    tables: Sequence[Table],
    pictures: Sequence[Picture],
    alarms: Sequence[float],
) -> str:
    """The page as text; all that is not made here is escaped.

    Args:
        title: heading.
        facts: of the model, by what they say.
        worries: sentences to be read first.
        tables: one a part.
        pictures: in their order.
        alarms: false alarms an hour of the tables' columns.
    """
    body = [f"<h1>{escape(title)}</h1>", _worries(worries)]
    for table in tables:
        body += _table(table, alarms)
    body += [f'<p class="note">{escape(_legend(tables))}</p>'] if tables else []
    for picture in pictures:
        body.append(
            f"<h2>{escape(picture.title)}</h2><figure>"
            f'<img src="{escape(picture.address)}" alt="{escape(picture.title)}">'
            f"<figcaption>{escape(picture.caption)}</figcaption></figure>"
        )
    listed = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    body.append(f"<h2>The model</h2><dl>{listed}</dl>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def number(value: float, digits: int = 3) -> str:
    """A figure; a dash where there is none."""
    return DASH if math.isnan(value) else f"{value:.{digits}f}"


def _worries(sentences: Sequence[str]) -> str:
    if not sentences:
        return (
            '<p class="calm">Nothing that is checked stands out: the baselines are beaten, the '
            "threshold holds, and there are series enough.</p>"
        )
    items = "".join(f"<li>{escape(each)}</li>" for each in sentences)
    return f'<div class="worry"><strong>Read this first</strong><ul>{items}</ul></div>'


def _table(table: Table, alarms: Sequence[float]) -> Iterable[str]:
    yield f"<h2>{escape(table.part)}</h2>"
    yield (
        f'<p class="note">{table.windows} windows of {table.series} series, prevalence '
        f"{table.prevalence:.3f}, {table.events} events.{' ' if table.note else ''}"
        f"{escape(table.note)}</p>"
    )
    heads = ["", "AUROC", "AUPRC", "VUS-PR", f"precision @{table.k}", "F1", "FPR", "events"]
    heads += ["delay", "false alarms/h"]
    heads += [f"events at {rate:g}/h" for rate in alarms]
    yield '<div class="wide"><table><thead><tr>'
    yield "".join(f"<th>{escape(head)}</th>" for head in heads)
    yield "</tr></thead><tbody>"
    for row in table.rows:
        free = ' class="free"' if row.name in ("random", "constant", "clock") else ""
        cells = "".join(f"<td>{cell}</td>" for cell in _cells(row, alarms))
        yield f"<tr{free}><td>{escape(row.name)}</td>{cells}</tr>"
    yield "</tbody></table></div>"


def _cells(row: Row, alarms: Sequence[float]) -> Iterable[str]:
    at = row.at
    yield number(row.auroc) + _within(row.intervals.get("auroc"))
    yield number(row.auprc) + _within(row.intervals.get("auprc"))
    yield number(row.vus_pr)
    yield number(row.precision_at_k)
    yield number(at.f1) + _within(row.intervals.get("f1"))
    yield number(at.false_positive_rate) + _within(row.intervals.get("false_positive_rate"))
    yield number(at.event_recall) + _within(row.intervals.get("event_recall"))
    yield _seconds(at.delay_seconds)
    yield number(at.false_alarms_per_hour, 1)
    found = {each.per_hour: each for each in row.at_alarms}
    for rate in alarms:
        each = found.get(rate)
        if each is None:
            yield DASH
        else:
            delay = _seconds(each.delay_seconds)
            yield f"{number(each.event_recall)}<small>{delay}</small>"


def _within(found: Interval | None) -> str:
    return "" if found is None else f"<small>{found.low:.3f}{DASH}{found.high:.3f}</small>"


def _seconds(value: float) -> str:
    return DASH if math.isnan(value) else f"{value:.1f} s"


def _legend(tables: Sequence[Table]) -> str:
    draws: Any = next((i for t in tables for r in t.rows for i in r.intervals.values()), None)
    text = (
        "F1, FPR, events, delay and false alarms are at the threshold; a delay is the mean time "
        "from an event's first window to the first called one, over the events found. Events at a "
        "rate use the lowest threshold with so few false alarms, read off these labels, and the "
        "delay there. A false alarm is a run of called windows that touches no event: what calls "
        "all windows has one run and no false alarm, so read it beside the FPR. Random and clock "
        "call as many windows as the model, constant calls all. The clock looks at no sensor and "
        "knows from the labels around which row anomalies lie."
    )
    if draws is not None:
        text += (
            f" Small figures: the middle {draws.level:.0%} of {draws.draws} draws of whole series."
        )
    return text
