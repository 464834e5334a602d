"""A rule's automaton as an SVG picture, from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence

from tidegate.durations import format_duration
from tidegate.explain.blocks import SequenceBlock, draw_arrow
from tidegate.explain.canvas import (
    BLUE,
    INK,
    LINE,
    PAPER,
    SMALL,
    SOFT,
    TITLE,
    Canvas,
    text_width,
)
from tidegate.explain.labels import passing
from tidegate.rules import Rule

_MARGIN = 24
_ENTRY = 34
"""Length of the arrows into the first and out of the last step, px."""
_BRACKET = 30
"""Room for the line that shows the time limit, px."""


def svg(rules: Sequence[Rule]) -> str:
    """One picture of rules, one below the other; stages as boxes, contiguity at the arrows."""
    canvas, y, width = Canvas(), float(_MARGIN), 0.0
    for rule in rules:
        picture = _Picture(rule)
        picture.draw(canvas, _MARGIN, y)
        y += picture.height + 2 * _MARGIN
        width = max(width, picture.width)
    names = ", ".join(rule.id for rule in rules)
    return canvas.document(width + 2 * _MARGIN, y - _MARGIN, f"Tidegate rules: {names}")


class _Picture:
    """One rule: its name, where it begins, its steps, the match, the time limit beside them."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._steps = SequenceBlock(rule.definition.stages, rule)
        within = rule.definition.within_ms
        self._limit = f"within {format_duration(within)}" if within is not None else ""
        self._side = _BRACKET + text_width(self._limit, SMALL) if self._limit else 0.0
        heading = text_width(rule.id, TITLE + 2) + text_width(self._subtitle(), SMALL)
        self.width = max(self._side + self._steps.width, heading + 20, 280)
        self.height = 2 * LINE + 16 + 2 * _ENTRY + self._steps.height + 20 + LINE

    def _subtitle(self) -> str:
        keys = dict.fromkeys(", ".join(fields) for fields in self._rule.keys.values())
        by = f" by {' / '.join(keys)}" if keys else ""
        return f"{', '.join(self._rule.streams)}{by}; after a match {self._skip()}"

    def _skip(self) -> str:
        skip = self._rule.definition.skip
        return skip.type if skip.stage is None else f"{skip.type} {skip.stage}"

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        canvas.text(x, y + TITLE, self._rule.id, TITLE + 2, INK, bold=True)
        canvas.text(x, y + TITLE + LINE + 2, self._subtitle(), SMALL, SOFT)
        y += 2 * LINE + 16
        middle = x + self._side + self._steps.width / 2
        canvas.circle(middle, y + 4, 5, INK)
        draw_arrow(canvas, middle, y + 9, _ENTRY - 9, "")
        top = y + _ENTRY
        self._steps.draw(canvas, middle - self._steps.width / 2, top)
        bottom = top + self._steps.height
        draw_arrow(canvas, middle, bottom, _ENTRY, passing(self._rule))
        canvas.circle(middle, bottom + _ENTRY + 10, 10, PAPER, BLUE)
        canvas.circle(middle, bottom + _ENTRY + 10, 6, BLUE, BLUE)
        words = "match, recorded without an alert" if self._rule.shadow else "match"
        canvas.text(middle + 18, bottom + _ENTRY + 14, words, TITLE, BLUE, bold=True)
        if self._limit:
            left = middle - self._steps.width / 2 - _BRACKET + 8
            self._bracket(canvas, left, top + 10, bottom - 10)

    def _bracket(self, canvas: Canvas, x: float, top: float, bottom: float) -> None:
        canvas.path(f"M{x + 6:.1f} {top:.1f}h-6V{bottom:.1f}h6")
        canvas.text(x - 6, (top + bottom) / 2 + 4, self._limit, SMALL, SOFT, anchor="end")
