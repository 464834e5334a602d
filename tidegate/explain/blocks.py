"""Parts of a picture: each knows its size and draws itself; lines enter at the top, leave below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tidegate.explain.canvas import (
    BLUE,
    BODY,
    LINE,
    RED,
    SMALL,
    SOFT,
    TINT,
    TITLE,
    Canvas,
    text_width,
)
from tidegate.explain.labels import absence, arrow, condition, heading, repetition, title
from tidegate.rules import Rule
from tidegate.stages import Group, Stage

_PAD = 12
_GAP = 40
"""Length of the arrow between two steps, px."""
_SIDE = 20
"""Room beside a box for the line that goes round it, px."""
_FORK = 26
"""Height in which lines spread to alternatives and come together again, px."""
_CONDITION = 46
"""Longest line of a condition, characters."""


class Block(Protocol):
    """A part of a picture; px."""

    width: float
    height: float

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it with its upper left corner at a point."""


class StageBlock:
    """A stage: its name, its condition, and how often it occurs."""

    def __init__(self, stage: Stage, rule: Rule) -> None:
        self._stage = stage
        self._lines = condition(stage, rule, _CONDITION)
        self._note = absence(stage, rule) if stage.contiguity.negative else ""
        self._loop = repetition(stage)
        widths = [text_width(line, BODY, mono=True) for line in self._lines]
        widths += [text_width(title(stage), TITLE) + 20, text_width(self._note, SMALL)]
        self._box = max(120.0, *widths) + 2 * _PAD
        loop = max((text_width(line, SMALL) for line in self._loop), default=0)
        self._side = max(_SIDE + 14 + loop if self._loop else 0, _SIDE if stage.optional else 0)
        self.width = self._box + 2 * self._side
        rows = len(self._lines) + (1 if self._note else 0)
        texts = TITLE + 10 + rows * LINE + _PAD
        self.height = float(max(texts, 28 + len(self._loop) * (LINE - 2)))

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it with its upper left corner at a point."""
        left, negative = x + self._side, self._stage.contiguity.negative
        colour = RED if negative else BLUE
        canvas.box(left, y, self._box, self.height, stroke=colour, dashed=negative)
        canvas.text(left + _PAD, y + TITLE + 8, title(self._stage), TITLE, colour, bold=True)
        row = y + TITLE + 10
        for line in self._lines:
            row += LINE
            canvas.text(left + _PAD, row, line, BODY, mono=True)
        if self._note:
            canvas.text(left + _PAD, row + LINE, self._note, SMALL, RED)
        if self._loop:
            draw_loop(canvas, left + self._box, y, self.height, self._loop)


class GroupBlock:
    """Several stages in a frame: one below the other, or side by side where one or all are taken.

    The frame says what they are as one and how often they occur together.
    """

    def __init__(self, group: Group, rule: Rule) -> None:
        self._inside = [SequenceBlock(sequence, rule) for sequence in group.sequences]
        self._title = heading(group)
        self._loop = repetition(group)
        self._fork = _FORK if len(self._inside) > 1 else 0
        loop = max((text_width(line, SMALL) for line in self._loop), default=0)
        self._side = max(_SIDE + 14 + loop if self._loop else 0, _SIDE if group.optional else 0)
        gaps = 2 * _PAD * (len(self._inside) - 1)
        self._row = sum(block.width for block in self._inside) + gaps
        self._box = max(self._row, text_width(self._title, SMALL) + 40) + 2 * _PAD
        self.width = self._box + 2 * self._side
        tallest = max(block.height for block in self._inside)
        self.height = tallest + 2 * _PAD + LINE + 2 * self._fork

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it with its upper left corner at a point."""
        left = x + self._side
        canvas.box(left, y, self._box, self.height, stroke=SOFT, fill=TINT)
        canvas.text(left + _PAD, y + LINE, self._title, SMALL, SOFT, bold=True)
        middle = left + self._box / 2
        top, bottom = y + LINE + _PAD + self._fork, y + self.height - _PAD - self._fork
        at = middle - self._row / 2
        for block in self._inside:
            centre = at + block.width / 2
            self._connect(canvas, middle, centre, y, top)
            block.draw(canvas, at, top)
            end = top + block.height
            canvas.path(
                f"M{centre:.1f} {end:.1f}V{bottom + self._fork / 2:.1f}H{middle:.1f}"
                f"V{y + self.height:.1f}"
            )
            at += block.width + 2 * _PAD
        if self._loop:
            draw_loop(canvas, left + self._box, y, self.height, self._loop)

    def _connect(
        self, canvas: Canvas, middle: float, centre: float, top: float, bottom: float
    ) -> None:
        turn = top + LINE + _PAD / 2 + self._fork / 3
        canvas.path(f"M{middle:.1f} {top:.1f}V{turn:.1f}H{centre:.1f}V{bottom - 1:.1f}", arrow=True)


class SequenceBlock:
    """Steps one below the other, with arrows that say how they follow."""

    def __init__(self, steps: Sequence[Stage | Group], rule: Rule) -> None:
        self._steps = [(step, block_of(step, rule)) for step in steps]
        widest = max(block.width for _, block in self._steps)
        labels = [2 * text_width(arrow(step), SMALL) + 24 for step, _ in self._steps]
        self.width = max(widest, *labels)
        gaps = _GAP * (len(self._steps) - 1)
        self.height = sum(block.height for _, block in self._steps) + gaps

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it with its upper left corner at a point."""
        middle = x + self.width / 2
        for index, (step, block) in enumerate(self._steps):
            if index:
                draw_arrow(canvas, middle, y, _GAP, arrow(step))
                y += _GAP
            block.draw(canvas, middle - block.width / 2, y)
            if step.optional:
                draw_bypass(canvas, middle, block.width, y, block.height)
            y += block.height


def block_of(step: Stage | Group, rule: Rule) -> Block:
    """The part that draws a step."""
    return GroupBlock(step, rule) if isinstance(step, Group) else StageBlock(step, rule)


def draw_arrow(canvas: Canvas, x: float, y: float, length: float, label: str) -> None:
    """An arrow downwards with a label at its side."""
    canvas.path(f"M{x:.1f} {y:.1f}v{length - 1:.1f}", arrow=True)
    if label:
        canvas.text(x + 10, y + length / 2 + 4, label, SMALL, SOFT)


def draw_loop(canvas: Canvas, x: float, y: float, height: float, lines: Sequence[str]) -> None:
    """A line from the lower to the upper end of a box's right side, with its label."""
    low, high = y + height * 0.75, y + height * 0.25
    bend = x + _SIDE + 6
    canvas.path(
        f"M{x:.1f} {low:.1f}C{bend:.1f} {low:.1f} {bend:.1f} {high:.1f} {x + 2:.1f} {high:.1f}",
        arrow=True,
    )
    row = y + height / 2 - (len(lines) - 1) * (LINE - 2) / 2 + 4
    for line in lines:
        canvas.text(x + _SIDE + 4, row, line, SMALL, SOFT)
        row += LINE - 2


def draw_bypass(canvas: Canvas, middle: float, width: float, y: float, height: float) -> None:
    """A dashed line round the left side of a box that may be left out."""
    left, above, below = middle - width / 2 + 4, y - _GAP * 0.55, y + height + _GAP * 0.35
    canvas.path(
        f"M{middle:.1f} {above:.1f}H{left + 8:.1f}q-8 0 -8 8V{below - 8:.1f}q0 8 8 8H{middle:.1f}",
        dashed=True,
    )
    canvas.text(left + 10, above - 4, "optional", SMALL, SOFT)
